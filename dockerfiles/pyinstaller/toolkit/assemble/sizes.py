"""What takes the room in a bundle: bytes by distribution."""

import os

import distributions

#: Entries that stand for others or for nothing of their own.
_EMPTY = {"SYMLINK", "OPTION", "DEPENDENCY", "RUNTIME_OPTION"}


def sizes(entries, tree, project, python):
    """{"packages": [{"name", "version", "bytes"}], "project": n, "python": n, "system": n}:
    packages by size, largest first; python is its standard library and libpython, system what
    the system's package manager brought or the build made.
    entries: [(name in the bundle, source path, typecode)] of PyInstaller's TOCs.
    tree, project: the folders of the installed packages and of the user's files.
    python: folders of the standard library (a prefix like /usr is the system's, too); of
    folders in folders the inner one counts."""
    owners = distributions.owners(tree)
    named = [(tree, "package"), (project, "project")] + [(folder, "python") for folder in python]
    folders = sorted(((os.path.join(os.path.normpath(path), ""), kind) for path, kind in named),
                     key=lambda item: -len(item[0]))
    sums, by_package = {"project": 0, "python": 0, "system": 0}, {}
    for name, source, typecode in entries:
        if typecode in _EMPTY:
            continue
        length = _length(source)
        folder, kind = _place(name, os.path.normpath(source or ""), folders)
        if kind == "package":
            path = os.path.relpath(source, tree)
            # What no RECORD has goes by its top folder, as a package of no version.
            owner = owners.get(path) or (path.split(os.sep, 1)[0], None)
            by_package[owner] = by_package.get(owner, 0) + length
        else:
            sums[kind] += length
    packages = [{"name": name, "version": version, "bytes": length}
                for (name, version), length in by_package.items()]
    packages.sort(key=lambda item: (-item["bytes"], item["name"]))
    return dict(sums, packages=packages)


def _length(source):
    try:
        return os.path.getsize(source)
    except (OSError, TypeError):
        return 0  # Namespace packages have no file.


def _place(name, source, folders):
    base = os.path.basename(name)
    if base == "base_library.zip" or base.startswith("libpython"):
        return None, "python"
    for folder, kind in folders:
        if source.startswith(folder):
            return folder, kind
    return None, "system"
