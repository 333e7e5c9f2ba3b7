"""The oldest glibc that a bundle runs on: the newest symbol version that any of its files asks
the loader for."""

import re

import ob_elf

_VERSION = re.compile(r"GLIBC_(\d+(?:\.\d+)+)$")

#: Versions without a number say what the loader must be able to do. Since which release is
#: known of this one; newer ones were carried into old releases, too, so that they tell no
#: floor. GLIBC_PRIVATE is glibc's own affair, and a musl library names no versions at all.
_ABILITIES = {"GLIBC_ABI_DT_RELR": "2.36"}


def glibc_floor(files):
    """("2.28", "numpy/_core/x.so"): the highest version and the first file, by name, that
    needs it; (None, None) if no file needs any.
    files: [(name in the bundle, path)]; what is no ELF file is passed over."""
    highest, by = None, None
    for name, path in sorted(files):
        for versions in ob_elf.needed_versions(path).values():
            for said in versions:
                version = _number(said)
                if version and (highest is None or version > highest):
                    highest, by = version, name
    return (".".join(map(str, highest)), by) if highest else (None, None)


def glibc_private(files):
    """Names, sorted, of the files that use what glibc keeps to itself: they are parts of the
    glibc that they were built with (libmvec.so.1), and promised to work with no other."""
    return sorted(
        name for name, path in files
        if any("GLIBC_PRIVATE" in versions for versions in ob_elf.needed_versions(path).values()))


def is_newer(version, than):
    """Is the glibc "2.36" newer than "2.4"?"""
    return _parts(version) > _parts(than)


def _number(said):
    match = _VERSION.match(said)
    version = match.group(1) if match else _ABILITIES.get(said)
    return _parts(version) if version else None


def _parts(version):
    return tuple(int(part) for part in version.split("."))
