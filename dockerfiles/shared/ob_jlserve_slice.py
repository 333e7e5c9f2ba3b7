"""What the slice and the weights step agree on: where things lie, and the slice's key."""

import hashlib
import os
import stat

import ob

#: The name under which jlserve itself loads the app file.
MODULE = "user_module"


def place(*parts):
    """A path of the finished image, place("app", "app.py"): under OVENBIRD_ROOT in tests."""
    return os.path.join(os.environ.get("OVENBIRD_ROOT", "") + "/", *parts)


def cache_dir():
    """JLSERVE_CACHE_DIR, as the finished image has it."""
    return place("var", "cache", "jlserve")


def tree_digest(root):
    """The digest over all that lies under a folder: paths, modes, bytes, link targets."""
    digest = hashlib.sha256()
    for path, relative in walk(root):
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            kind, data = b"link", os.fsencode(os.readlink(path))
        elif stat.S_ISDIR(mode):
            kind, data = b"folder", b""
        else:
            kind, data = b"file %o" % (mode & 0o777), file_digest(path).encode()
        for field in (os.fsencode(relative), kind, data):
            digest.update(b"%d:" % len(field) + field)
    return digest.hexdigest()


def file_digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def walk(root):
    """Yields (path, path relative to root) of everything below, folders first, sorted by
    bytes; links are not followed."""
    pending = [root]
    while pending:
        folder = pending.pop()
        names = sorted(os.listdir(folder), key=os.fsencode)
        folders = []
        for name in names:
            path = os.path.join(folder, name)
            yield path, os.path.relpath(path, root)
            if os.path.isdir(path) and not os.path.islink(path):
                folders.append(path)
        pending += reversed(folders)


def normalise(root):
    """Gives a tree fixed modes and times: folders and executables 0755, other files 0644."""
    for path, _ in list(walk(root)) + [(root, ".")]:
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and mode & 0o111):
            os.chmod(path, 0o755)
        elif stat.S_ISREG(mode):
            os.chmod(path, 0o644)
        os.utime(path, (ob.EPOCH, ob.EPOCH), follow_symlinks=False)


def text_digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
