"""DLLs that a Windows program needs and that neither it nor a bare Windows has: under wine it
may run, as wine has many of its own."""

import posixpath

import ob_pe
import windows_dlls


def missing(binaries, present, windows):
    """{dll in lower case: [files of the bundle that need it]}, all sorted. One that is asked for
    only when it is needed may be missing on purpose: it counts where Microsoft gives it out.
    binaries: [(name in the bundle, path)], the programs too; what is no Windows binary is passed over.
    present: names in the bundle of all that can be loaded. windows: a WindowsDlls."""
    here = {posixpath.basename(name).lower() for name in present}
    found = {}
    for name, path in sorted(binaries):
        binary = ob_pe.read(path)
        if binary is None:
            continue
        wanted = binary.needed + [dll for dll in binary.delayed if windows_dlls.lacks(dll)]
        for dll in dict.fromkeys(wanted):
            if dll not in here and not windows.has(dll):
                found.setdefault(dll, []).append(name)
    return dict(sorted(found.items()))


def of_wine(binaries):
    """Names, sorted, of the files that are wine's own DLLs: they do nothing on Windows."""
    return sorted(name for name, path in binaries if getattr(ob_pe.read(path), "is_of_wine", False))


def left_out(paths, present):
    """Of DLLs that PyInstaller left out as wine's own those, sorted and in lower case, that a
    program must bring along and does not: also such as code loads by name, which no binary tells.
    paths: log_lines.of_wine()."""
    here = {posixpath.basename(name).lower() for name in present}
    names = {posixpath.basename(path.replace("\\", "/")).lower() for path in paths}
    return sorted(name for name in names if windows_dlls.lacks(name) and name not in here)
