"""What PyInstaller's log says of options that did nothing and of libraries that are missing."""

import re

#: Whatever is collected before is asked for by the user; after it, by hooks.
_ANALYSIS = re.compile(r"^\d+ INFO: (?:Module search paths|checking Analysis|Running Analysis)", re.M)
_HIDDEN = re.compile(r"^\d+ ERROR: Hidden import '([^']+)' not found", re.M)
_SKIPPED = re.compile(
    r"^\d+ WARNING: collect_\w+ - skipping (?:data|library) collection for module '([^']+)'", re.M)
_LIBRARY = re.compile(
    r"^\d+ WARNING: Library not found: could not resolve '([^']+)', dependency of '([^']+)'", re.M)
_OF_WINE = re.compile(r"^\d+ WARNING: Excluding Wine built-in DLL: (.+?)\s*$", re.M)


def hidden_imports(log):
    """Hidden imports that there are not. A hook's are warnings, and hints at best."""
    return list(dict.fromkeys(_HIDDEN.findall(log)))


def skipped(log):
    """Names that were to be collected and are no packages."""
    start = _ANALYSIS.search(log)
    return list(dict.fromkeys(_SKIPPED.findall(log[:start.start()] if start else log)))


def libraries(log):
    """{path of a file: [sonames that it needs]} of libraries that were not found. What DLLs are
    missing is told by the files themselves: see dlls.py."""
    found = {}
    for soname, path in _LIBRARY.findall(log):
        if not soname.lower().endswith(".dll"):
            found.setdefault(path, []).append(soname)
    return found


def of_wine(log):
    """Paths of DLLs that were found only among wine's own, and left out."""
    return list(dict.fromkeys(_OF_WINE.findall(log)))
