"""Looks through every extension module, bundled library and executable of the installed
packages for libraries that the image has not got, as ldd would, without running anything.
A step of its own: an edit of the app does not look again."""

import json
import os
import re

import ob
import ob_elf
import ob_native
from loader import Loader
from owners import Owners

_LIBRARY = re.compile(r"\.so(\.[0-9]+)*$")


def step():
    tree = ob.mnt("deps", "root", "opt", "deps")
    report = {"version": 1, "files": 0, "missing": [], "modules": {}}
    if os.path.isdir(tree):
        report.update(sweep(tree, Loader()))
    # File names need not be valid Unicode, so it is ASCII.
    ob.write_text(ob.out("native", "report.json"), json.dumps(report, indent=2, sort_keys=True) + "\n")


def sweep(tree, loader):
    """{"files": n, "missing": [{"package", "libraries": [{"soname", "debian", "driver"}],
    "files"}], "modules": {top-level module: [packages]}}, modules only if something is
    missing."""
    files, provided = {}, set()
    for path in _candidates(tree):
        # Packages load their bundled libraries first, by whatever path: a name that lies
        # anywhere in the tree counts as there.
        provided.add(os.path.basename(path))
        file = ob_elf.read(os.path.join(tree, path))
        if file is not None and file.machine == loader.machine:
            files[path] = file
            provided.add(file.soname)
    missing = {}
    for path, file in files.items():
        for soname in file.needed:
            if soname not in provided and not loader.finds(soname, os.path.join(tree, path), file):
                missing.setdefault(path, []).append(soname)
    if not missing:
        return {"files": len(files)}
    owners = Owners(tree, missing)
    return {"files": len(files), "missing": _by_package(missing, owners), "modules": owners.modules}


def _by_package(missing, owners):
    packages = {}
    for path in sorted(missing):
        of = packages.setdefault(owners.of(path), {"files": [], "sonames": set()})
        of["files"].append(path)
        of["sonames"].update(missing[path])
    return [
        {
            "package": name, "files": of["files"],
            "libraries": [_library(soname) for soname in sorted(of["sonames"])],
        }
        for name, of in sorted(packages.items())
    ]


def _library(soname):
    return {
        "soname": soname,
        "debian": ob_native.debian_package(soname),
        "driver": ob_native.is_of_the_driver(soname),
    }


def _candidates(tree, prefix=""):
    """Paths that may be ELF files, relative to the tree and sorted."""
    with os.scandir(os.path.join(tree, prefix)) as entries:
        entries = sorted(entries, key=lambda entry: entry.name)
    for entry in entries:
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _candidates(tree, path + "/")
        elif (prefix == "bin/" or _LIBRARY.search(entry.name)) and _is_file(entry):
            yield path


def _is_file(entry):
    try:
        return entry.is_file()
    except OSError:
        return False  # A link that leads to itself.


if __name__ == "__main__":
    ob.main(step)
