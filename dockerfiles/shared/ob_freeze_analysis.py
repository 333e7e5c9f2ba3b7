"""PyInstaller's Analysis, kept by one step and used by the next: when all that it was given is
the same, and what it read of the project has the same outline, so is what it finds."""

import os
import shutil

from PyInstaller.building import build_main
from PyInstaller.config import CONF
from PyInstaller.depend.analysis import PyiModuleGraph

import ob_freeze_writers

#: What an analysis is given.
_GIVEN = ("inputs", "pathex", "hiddenimports", "hookspath", "hooksconfig", "excludes",
          "custom_runtime_hooks", "noarchive", "module_collection_mode", "optimize",
          "_input_binaries", "_input_datas", "_python_version")

#: What it finds.
_FOUND = ("scripts", "pure", "binaries", "zipfiles", "zipped_data", "datas", "dependencies",
          "_modules_outside_pyz")

#: Begins the path of a file that is kept with what was found.
_OWN = "kept:"


#: Whose users' code is read for calls that outlines have.
_KNOWN_READERS = {"ctypes", "importlib.metadata", "importlib_metadata", "pkg_resources", "matplotlib"}


def keeping(recorder, folder, is_fixed, after):
    """A class that keeps what each analysis found. after(analysis): called when it is done."""
    kept = recorder.state.setdefault("analyses", [])
    read = []
    look = PyiModuleGraph.get_code_using

    def get_code_using(self, module):
        found = look(self, module)
        if module not in _KNOWN_READERS:
            nodes = [self.find_node(name) for name in found]
            read.extend(node for node in nodes if node is not None and not is_fixed(node.filename))
        return found

    PyiModuleGraph.get_code_using = get_code_using

    class Analysis(build_main.Analysis):
        def assemble(self):
            given = _values(self, _GIVEN)
            super().assemble()
            kept.append({
                "given": given,
                "found": {name: _entries(getattr(self, name), folder, len(kept), is_fixed)
                          for name in _FOUND},
                # A hook that reads code of the project read an outline.
                "usable": not read and not _compiled_from_project(self, is_fixed),
            })
            after(self)

    return Analysis


def plain(after):
    """A class that analyses."""
    class Analysis(build_main.Analysis):
        def assemble(self):
            super().assemble()
            after(self)

    return Analysis


def using(saved, folder, is_fixed, after):
    """A class that takes what an earlier analysis of the same found, else analyses."""
    remaining = list(saved.state["analyses"])
    reused = []

    class Analysis(build_main.Analysis):
        def assemble(self):
            kept = remaining.pop(0) if remaining else None
            if kept is None or not kept["usable"] or kept["given"] != _values(self, _GIVEN):
                reused.append(False)
                super().assemble()
                after(self)
                return
            reused.append(True)
            for name, entries in kept["found"].items():
                setattr(self, name, [_here(entry, folder) for entry in entries])
            fixed = [entry for entry in self.pure if is_fixed(entry[1])]
            CONF["code_cache"][id(self.pure)] = ob_freeze_writers.known_code(saved, fixed)
            after(self)

    return Analysis, reused


def _values(analysis, names):
    """As marshal keeps them: tuples become lists nowhere, since equal types are compared."""
    return {name: _plain(getattr(analysis, name)) for name in names}


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in sorted(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_plain(each) for each in value]
        return sorted(items, key=repr) if isinstance(value, (set, frozenset)) else items
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return os.fspath(value) if isinstance(value, os.PathLike) else repr(value)


def _entries(entries, folder, number, is_fixed):
    """Entries whose files are PyInstaller's own work are moved to where they stay."""
    kept = []
    for entry in entries:
        entry = tuple(entry)
        source = entry[1] if len(entry) > 1 else None
        if isinstance(source, str) and source.startswith(CONF["workpath"] + os.sep):
            to = os.path.join(folder, "{}-{}".format(number, os.path.relpath(source, CONF["workpath"])))
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copyfile(source, to)
            entry = (entry[0], _OWN + os.path.relpath(to, folder)) + entry[2:]
        kept.append(entry)
    return kept


def _here(entry, folder):
    source = entry[1] if len(entry) > 1 else None
    if isinstance(source, str) and source.startswith(_OWN):
        return (entry[0], os.path.join(folder, source[len(_OWN):])) + entry[2:]
    return entry


def _compiled_from_project(analysis, is_fixed):
    """Byte code outside of the archive was compiled from outlines."""
    sources = {name: source for name, source, _ in analysis._modules_outside_pyz}
    if all(source in (None, "-") or is_fixed(source) for source in sources.values()):
        return False
    return any(isinstance(entry[1], str) and "localpycs" in entry[1] for entry in analysis.datas)
