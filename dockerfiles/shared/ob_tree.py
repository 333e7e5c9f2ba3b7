"""A tree of files as entries of an archive, in one fixed order."""

import os
import stat

#: Never shipped: byte code is the worker's own to make.
_NEVER = ("__pycache__",)
_NEVER_ENDINGS = (".pyc", ".pyo", ".pyd")


def walk(root, prefix=""):
    """Yields (name, path, size or None for a folder, executable), parents first and sorted.
    Links are followed inside the tree; anything else but files and folders is left out."""
    folder = os.path.join(root, prefix) if prefix else root
    for item in sorted(os.listdir(folder)):
        name = prefix + "/" + item if prefix else item
        path = os.path.join(root, name)
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            continue
        if item in _NEVER or item.endswith(_NEVER_ENDINGS):
            continue
        if stat.S_ISDIR(mode):
            yield name, path, None, False
            if not os.path.islink(path):
                yield from walk(root, name)
        elif stat.S_ISREG(mode):
            yield name, path, os.path.getsize(path), bool(mode & 0o111)


def top(name):
    """The top-level name that an entry lies under."""
    return name.split("/", 1)[0]
