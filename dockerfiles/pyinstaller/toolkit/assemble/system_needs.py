"""What the built programs need of the system that runs them."""

import os

import bundle
import distributions
import dlls
import dlls_told
import log_lines
import ob
import windows_dlls

#: Kinds of an analysis' entries that a loader reads.
_BINARIES = ("BINARY", "EXTENSION")


def needs(request, made, listed, log):
    """{"glibc": {"version", "file"} or None, "warnings": […]}; fails where that cannot be right.
    made: [(name, path)] of the built programs. listed: bundle.entries(). log: PyInstaller's."""
    return _NEEDS[request["system"]](request, made, listed, log)


def _of_linux(request, made, listed, log):
    return {"glibc": bundle.glibc(listed, made, request.get("glibc")), "warnings": []}


def _of_windows(request, made, listed, log):
    sources = {name: source for name, source, kind in listed if kind in _BINARIES}
    binaries = sorted(sources.items()) + made
    wrong = dlls.of_wine(binaries)
    if wrong:
        raise dlls_told.of_wine(wrong)
    present = [name for name, _, _ in listed]
    windows = windows_dlls.WindowsDlls(os.path.join(os.environ["WINEPREFIX"], "drive_c", "windows", "system32"))
    found = dlls.missing(binaries, present, windows)
    for dll in dlls.left_out(log_lines.of_wine(log), present):
        found.setdefault(dll, [])
    installed = ob.mnt("deps")
    owners = distributions.owners(installed)

    def owner_of(file):
        path = os.path.relpath(sources.get(file, file), installed)
        return owners.get(path, (None, None))[0]

    return {"glibc": None, "warnings": dlls_told.missing(found, owner_of, installed)}


_NEEDS = {"linux": _of_linux, "windows": _of_windows}
