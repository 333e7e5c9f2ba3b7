"""The words for DLLs that a Windows program lacks."""

import os
import re

import ob

MISSING = "PYINSTALLER_DLL_MISSING"
OF_WINE = "PYINSTALLER_DLL_OF_WINE"

#: Names in one message.
_MOST = 3

#: Where Microsoft gives out what is not part of Windows.
_SOURCES = (
    (re.compile(r"(?:atl|concrt|mfcm?|msvc[mpr]|vcamp|vccorlib|vcomp|vcruntime)\d*\w*\.dll"),
     "Microsoft's Visual C++ Redistributable puts it into C:\\Windows\\System32"),
    (re.compile(r"(?:d3d|x3daudio|xactengine|xapofx|xaudio|xinput)\w+\.dll"),
     "Microsoft's DirectX End-User Runtimes put it into C:\\Windows\\System32"),
)


def missing(needs, owner_of, installed):
    """Warnings, one a DLL.
    needs: {dll: [files]} as dlls.missing() has it; no files where it is not known who needs it.
    owner_of: gives the package of a file of the bundle, or None.
    installed: the folder of the packages, which may have the DLL."""
    return [_missing(dll, files, owner_of, installed) for dll, files in sorted(needs.items())]


def of_wine(files):
    """The failure of a program that holds DLLs of wine's own: it would run here and nowhere else,
    and a run here cannot tell."""
    return ob.Failure([ob.problem(
        OF_WINE, "{} is wine's own and does nothing on Windows".format(file),
        hint="take the file that Microsoft, or the library's maker, gives out") for file in files])


def _missing(dll, files, owner_of, installed):
    users = list(dict.fromkeys(owner_of(file) or file for file in files)) or ["the program"]
    text = "{} {} {}, which is neither part of Windows nor in the bundle".format(
        _list(_shown(users, "others")), "need" if len(users) > 1 else "needs", dll)
    if files and files != users:
        text += " ({})".format(", ".join(_shown(files, "{} more".format(len(files) - _MOST))))
    return ob.problem(MISSING, text, _remedy(dll, installed))


def _remedy(dll, installed):
    package = _package_with(dll, installed)
    if package is not None:
        return "collect it with its package: --collect-binaries {}".format(package)
    source = next((": " + says for names, says in _SOURCES if names.fullmatch(dll)), "")
    return "put {0} beside your code{1}; then --add-binary {0}:.".format(dll, source)


def _package_with(dll, installed):
    """The package whose folder has the DLL."""
    for folder, folders, names in os.walk(installed):
        folders.sort()
        if dll in (name.lower() for name in names):
            top = os.path.relpath(folder, installed).split(os.sep)[0]
            return top if os.path.isfile(os.path.join(installed, top, "__init__.py")) else None
    return None


def _shown(names, rest):
    return names[:_MOST] + ([rest] if len(names) > _MOST else [])


def _list(names):
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
