"""Where each file of a Windows Python goes: python.exe and its DLLs, DLLs/, Lib/, tcl/."""

import re

_ROOT = re.compile(r"python3?\d{0,2}\.dll|pythonw?\.exe|vcruntime140\w*\.dll")
_MODULE = re.compile(r"[^/]+\.(dll|pyd)")
_DEBUG = re.compile(r"(.*_d\.(dll|pyd|exe)|.*\.pdb|(.*/)?(_test\w*|_ctypes_test|xxlimited\w*)\.pyd)")

#: Not of the standard library, or only of use to those who develop it.
_UNWANTED = re.compile(r"(.*/)?__pycache__/.*|site-packages/.*|test/.*|.*\.pth")


def places(found):
    """Path in the source → path in the result."""
    mixed = _mixed_in(found.paths) if "lib/_ctypes.pyd" in found.paths else frozenset()
    result = {}
    taken = set()
    for key in sorted(found.paths):
        path = found.paths[key]
        to = _place(key, path[len(found.folder):], mixed)
        # What stands in the tree's own folder comes first.
        if to and to.lower() not in taken:
            taken.add(to.lower())
            result[path] = to
    return result


def _place(key, path, mixed):
    if _DEBUG.fullmatch(key):
        return None
    first, slash, rest = key.partition("/")
    inner = path[len(first) + 1:]
    if not slash:
        return key if _ROOT.fullmatch(key) else path if key.startswith("license") else None
    if first == "dlls":
        return key[len("dlls/"):] if _ROOT.fullmatch(rest) else "DLLs/" + inner
    if first == "tcl":
        return "tcl/" + inner
    if first != "lib" or _UNWANTED.fullmatch(rest):
        return None
    if _MODULE.fullmatch(rest):
        return rest if _ROOT.fullmatch(rest) else "DLLs/" + inner
    return None if rest.split("/")[0] in mixed else "Lib/" + inner


def _mixed_in(paths):
    """Top-level names of the packages that some trees have among the standard library."""
    infos = {key.split("/")[1] for key in paths if re.match(r"lib/[^/]+\.dist-info/", key)}
    mixed = set(infos)
    for info in infos:
        name = info.split("-")[0]
        mixed.update((name, name + ".py"))
    if "setuptools" in mixed:
        mixed.update(("pkg_resources", "_distutils_hack"))
    return frozenset(mixed)
