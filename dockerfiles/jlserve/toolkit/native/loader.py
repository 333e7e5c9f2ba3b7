"""Where the dynamic loader of this machine looks for a library: ld.so(8)."""

import glob
import os
import sys

import ob_elf

_DEFAULT = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")


class Loader:
    def __init__(self, conf="/etc/ld.so.conf"):
        python = ob_elf.read(os.path.realpath(sys.executable))
        #: Only files for this one are of interest; None where Python itself is no ELF file.
        self.machine = python.machine if python else None
        # A library finds what the executable's DT_RPATH leads to.
        own = _fill_in(python.rpath or python.runpath, sys.executable) if python else []
        given = [part for part in os.environ.get("LD_LIBRARY_PATH", "").split(":") if part]
        self._folders = own + given + _configured(conf) + list(_DEFAULT) + _musl()
        self._found = {}

    def finds(self, soname, path, file):
        """Can `soname`, needed by the ELF `file` at `path`, be found?"""
        if "/" in soname:
            return os.path.exists(soname)
        # DT_RUNPATH switches DT_RPATH off.
        for folder in _fill_in(file.runpath or file.rpath, path):
            if os.path.exists(os.path.join(folder, soname)):
                return True
        if soname not in self._found:
            self._found[soname] = any(
                os.path.exists(os.path.join(folder, soname)) for folder in self._folders)
        return self._found[soname]


def _fill_in(folders, path):
    origin = os.path.dirname(os.path.realpath(path))
    return [
        folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
        for folder in folders
    ]


def _configured(conf, depth=0):
    """The folders of ld.so.conf and of what it includes."""
    found = []
    try:
        with open(conf, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return found
    for line in lines:
        words = line.split("#", 1)[0].replace(",", " ").split()
        if words[:1] == ["include"] and depth < 10:
            for pattern in words[1:]:
                beside = os.path.join(os.path.dirname(conf), pattern)
                for path in sorted(glob.glob(beside)):
                    found += _configured(path, depth + 1)
        elif words and words[0] != "hwcap":
            found += words
    return found


def _musl():
    """musl's loader has one file with its folders, by lines or colons."""
    found = []
    for path in sorted(glob.glob("/etc/ld-musl-*.path")):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            found += file.read().replace(":", "\n").split()
    return found
