"""PyInstaller's archive writers, with the compressed parts of an earlier run. A part is known by
the file that it comes from: only of files that lie in fixed layers, never of the project's."""

import os

from PyInstaller.archive.writers import CArchiveWriter, ZlibArchiveWriter
from PyInstaller.building.utils import get_code_object

#: Stands for code that is not loaded, as its compressed form is known.
KNOWN = object()


def keep_parts(recorder, is_fixed):
    """Keeps what the writers compress. is_fixed(path): whether its content never changes."""
    write_module = ZlibArchiveWriter._write_entry.__func__
    write_file = CArchiveWriter._write_file

    def module(cls, out, entry, code_dict):
        name, source, _ = entry
        if not source or source == "-" or not is_fixed(source):
            return write_module(cls, out, entry, code_dict)
        return recorder.capture(_module_key(entry), out,
                                lambda both: write_module(cls, both, entry, code_dict))

    def file(self, out, source, name, typecode, compress=False):
        if not compress or not is_fixed(source):
            return write_file(self, out, source, name, typecode, compress=compress)
        return recorder.capture(_file_key(source), out, lambda both: write_file(
            self, both, source, name, typecode, compress=compress))

    ZlibArchiveWriter._write_entry = classmethod(module)
    CArchiveWriter._write_file = file


def use_parts(saved):
    """Writes known parts as they are; compresses the others."""
    write_module = ZlibArchiveWriter._write_entry.__func__
    write_file = CArchiveWriter._write_file

    def module(cls, out, entry, code_dict):
        key = _module_key(entry)
        if key not in saved:
            return write_module(cls, out, entry, _with_code(code_dict, entry))
        data = saved.read(key)
        is_package = os.path.splitext(os.path.basename(entry[1]))[0] == "__init__"
        found = (entry[0], (_kind(is_package), out.tell(), len(data)))
        out.write(data)
        return found

    def file(self, out, source, name, typecode, compress=False):
        key = _file_key(source)
        if not compress or key not in saved:
            return write_file(self, out, source, name, typecode, compress=compress)
        data = saved.read(key)
        at = out.tell()
        out.write(data)
        return (at, len(data), os.stat(source).st_size, int(compress), typecode, name)

    ZlibArchiveWriter._write_entry = classmethod(module)
    CArchiveWriter._write_file = file


def known_code(saved, modules):
    """For a code cache: of which modules [(name, source, typecode)] no code is needed."""
    return {entry[0]: KNOWN for entry in modules if _module_key(entry) in saved}


def _with_code(code_dict, entry):
    """A spec may have put another file in the place of one whose code is known."""
    if code_dict.get(entry[0]) is not KNOWN:
        return code_dict
    level = {"PYMODULE": 0, "PYMODULE-1": 1, "PYMODULE-2": 2}[entry[2]]
    return {entry[0]: get_code_object(entry[0], entry[1], optimize=level)}


def _module_key(entry):
    return "module {} {} {}".format(entry[2], entry[0], entry[1])


def _file_key(source):
    return "file {}".format(source)


def _kind(is_package):
    from PyInstaller.loader.pyimod01_archive import PYZ_ITEM_MODULE, PYZ_ITEM_PKG
    return PYZ_ITEM_PKG if is_package else PYZ_ITEM_MODULE
