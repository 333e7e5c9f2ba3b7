"""What was built, for the report: every file with its digest, sizes by package, the C library
that it needs, and what is worth reading of PyInstaller's lists."""

import hashlib
import os


def files(tree):
    """Every file below `tree`: {"path", "bytes", "mode", "digest"}, or {"path", "link"}."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + links):
            path = os.path.join(folder, name)
            item = {"path": os.path.relpath(path, tree).replace(os.sep, "/")}
            if os.path.islink(path):
                item["link"] = os.readlink(path)
            else:
                status = os.stat(path)
                item.update(bytes=status.st_size, mode=status.st_mode & 0o777, digest=_digest(path))
            found.append(item)
    return found


def report(request, tree, child, listings):
    return {"files": files(tree), "reused": child["reused"]}


def _digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return "sha256:" + digest.hexdigest()
