"""Prints what the executables below a folder hold, as JSON: {entry: digest}. Code is told by what
it does, not by its bytes: marshal marks what has more than one reference at that moment."""

import hashlib
import json
import os
import sys
import types

from PyInstaller.archive.readers import CArchiveReader


def described(value):
    if isinstance(value, types.CodeType):
        return ("code", value.co_name, value.co_filename, value.co_firstlineno, value.co_flags,
                value.co_argcount, value.co_kwonlyargcount, value.co_names, value.co_varnames,
                value.co_freevars, value.co_cellvars, value.co_code.hex(),
                [described(each) for each in value.co_consts], list(value.co_lines()))
    if isinstance(value, frozenset):
        return ("frozenset", sorted(map(repr, value)))
    return (type(value).__name__, repr(value))


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def code_digest(code):
    return digest(repr(described(code)).encode("utf-8", "surrogatepass"))


def archive(path):
    import marshal
    reader = CArchiveReader(path)
    found = {"option " + str(each): "" for each in reader.options}
    for name, (_, _, _, _, kind) in reader.toc.items():
        data = reader.extract(name)
        if kind == "z":
            inner = reader.open_embedded_archive(name)
            for module, entry in inner.toc.items():
                code = inner.extract(module)
                found["module {} {}".format(entry[0], module)] = code_digest(code) if code else ""
        elif kind in "sm":
            found["{} {}".format(kind, name)] = code_digest(marshal.loads(data))
        elif name.endswith(".pyc"):
            found["pyc " + name] = code_digest(marshal.loads(data[16:]))
        else:
            found["{} {}".format(kind, name)] = contents(name, data)
    return found


def contents(name, data):
    if os.path.basename(name) != "base_library.zip":
        return digest(data)
    import io
    import marshal
    import zipfile
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {each: code_digest(marshal.loads(file.read(each)[16:])) for each in sorted(file.namelist())}


def main(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            at = os.path.relpath(path, root)
            mode = oct(os.lstat(path).st_mode & 0o777)
            if os.path.islink(path):
                found[at] = "-> " + os.readlink(path)
                continue
            with open(path, "rb") as file:
                data = file.read()
            if b"MEI\014\013\012\013\016" in data[-4096:] and data.startswith(b"\x7fELF"):
                found.update({"{}: {}".format(at, entry): value for entry, value in archive(path).items()})
            elif name.endswith(".pyc"):
                import marshal
                found["pyc {} {}".format(mode, at)] = code_digest(marshal.loads(data[16:]))
            else:
                found["{} {}".format(mode, at)] = contents(name, data)
    print(json.dumps(found, sort_keys=True))


main(sys.argv[1])
