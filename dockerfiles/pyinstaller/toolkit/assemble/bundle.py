"""What was built, for the report: every file with its digest, what it consists of, and the C
library that it needs."""

import hashlib
import os

import floor
import ob
import sizes


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


def programs(tree, system):
    """Paths of what can be started: executables at the top, and at the top of each folder there."""
    found = []
    for name in sorted(os.listdir(tree)):
        path = os.path.join(tree, name)
        inner = [name] if os.path.isfile(path) else [
            name + "/" + each for each in sorted(os.listdir(path))]
        found += [each for each in inner if system.is_program(os.path.join(tree, each))]
    return found


def entries(child):
    """Every entry of the analyses' lists once: (name in the bundle, source, kind)."""
    return sorted({tuple(entry) for analysis in child["analyses"]
                   for name in ("pure", "binaries", "datas") for entry in analysis[name]})


def glibc(listed, made, most):
    """{"version", "file"}: the oldest C library that all files work with, and why; None where
    they need none.
    made: [(name, path)] of the programs; most: the newest that is allowed, or None."""
    binaries = [(name, source) for name, source, kind in listed if kind in ("BINARY", "EXTENSION")]
    binaries += made
    version, file = floor.glibc_floor(binaries)
    if version and most and floor.is_newer(version, most):
        raise ob.Failure([ob.problem(
            "PYINSTALLER_GLIBC",
            "the executable would need glibc {}, because of {}; --glibc allows {}".format(version, file, most),
            hint="pin an older release of the package that has it, allow more (--glibc {}), or build "
            "in an image with an older C library: --base IMAGE".format(version))])
    return {"version": version, "file": file} if version else None


def own(listed):
    """({module: path in the project} of the user's code, how many of its files there are)."""
    project = ob.mnt("project") + os.sep
    mine = [(name, source[len(project):], kind) for name, source, kind in listed
            if source and source.startswith(project)]
    return {name: path for name, path, kind in mine if kind.startswith("PYMODULE")}, len(mine)


def importable(roots):
    """Top-level names that the project's folders offer, bundled or not."""
    found = set()
    for root in roots:
        for name in os.listdir(root) if os.path.isdir(root) else ():
            path = os.path.join(root, name)
            if name.endswith(".py"):
                found.add(name[:-len(".py")])
            elif os.path.isfile(os.path.join(path, "__init__.py")):
                found.add(name)
    return found


def packages(listed, system):
    """Bytes by distribution, before compression."""
    return sizes.sizes(listed, ob.mnt("deps"), ob.mnt("project"), system.library)


def _digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return "sha256:" + digest.hexdigest()
