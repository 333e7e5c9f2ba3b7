"""Finds the Python tree among files: the folder with a python.exe that has everything else."""

import collections
import re

import ob

#: version: "3.12"; paths: what lies in the tree, by its lower-case path → its path in the source.
Found = collections.namedtuple("Found", "folder version paths")

_CORE = re.compile(r"python3(\d{1,2})\.dll")

#: In users' words: (what it is, any of these lower-case paths).
_PARTS = (
    ("Lib (the standard library)", ("lib/os.py",)),
    ("Lib/encodings", ("lib/encodings/__init__.py",)),
    ("DLLs (_ctypes.pyd and the other modules)", ("dlls/_ctypes.pyd", "lib/_ctypes.pyd")),
    ("vcruntime140.dll", ("vcruntime140.dll", "lib/vcruntime140.dll", "dlls/vcruntime140.dll")),
    ("vcruntime140_1.dll", ("vcruntime140_1.dll", "lib/vcruntime140_1.dll", "dlls/vcruntime140_1.dll")),
    ("python3.dll", ("python3.dll", "dlls/python3.dll", "libs/python3.lib")),
)

_WHOLE = ("give a whole Windows Python: the NuGet package `python` (its .nupkg as it is), or the folder that "
          "python.org's installer made: --windows-python PATH")


def find(source, wanted):
    """The tree of the wanted version that lies least deep. Fails with what the best one lacks."""
    candidates = [_look(folder, files) for folder, files in _folders(source.names())]
    candidates.sort(key=lambda each: (each[1] != [], each[0].version != wanted,
                                      each[0].folder.count("/"), each[0].folder))
    if not candidates:
        raise ob.Failure([invalid("there is no python.exe in what --windows-python names")])
    found, problems = candidates[0]
    if problems:
        raise ob.Failure(problems)
    if found.version != wanted:
        raise ob.Failure([ob.problem(
            "PYTHON_UNSUPPORTED",
            "the Windows Python is {}, the build is for Python {}".format(found.version, wanted),
            hint="give a Windows Python {}, or build for the other: --python {}".format(
                wanted, found.version))])
    return found


def _folders(names):
    """(folder, its files by lower-case relative path) of every folder with a python.exe."""
    names = list(names)
    folders = {}
    for name in names:
        folder, slash, last = name.rpartition("/")
        if last.lower() == "python.exe":
            folders[folder + slash] = {}
    for name in names:
        at = name.rfind("/")
        while True:
            inside = folders.get(name[:at + 1])
            if inside is not None:
                key = name[at + 1:].lower()
                if key in inside:
                    raise ob.Failure([invalid("it has two files that are one on Windows: {} and {}".format(
                        inside[key], name))])
                inside[key] = name
            if at < 0:
                break
            at = name.rfind("/", 0, at)
    return folders.items()


def _look(folder, files):
    """(Found, problems) of one folder."""
    versions = sorted(match.group(1) for match in map(_CORE.fullmatch, files) if match)
    version = "3." + versions[-1] if versions else ""
    return Found(folder, version, files), _problems(files, version)


def _problems(files, version):
    if any(name.endswith("._pth") for name in files) and "lib/os.py" not in files:
        return [invalid("this is python.org's embeddable package, which lacks Lib and much else")]
    if not version:
        return [invalid("the python.exe has no python3XX.dll beside it")]
    lacking = [what for what, any_of in _PARTS if not any(path in files for path in any_of)]
    if not lacking:
        return []
    return [invalid("the Windows Python lacks " + ", ".join(lacking))]


def invalid(message):
    return ob.problem("PYINSTALLER_WINDOWS_PYTHON", message, hint=_WHOLE)
