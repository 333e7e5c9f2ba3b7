"""Takes what was downloaded out of the cache folder: without leftovers, with modes, times and
links that are the same every time."""

import os
import shutil
import stat

import ob
import ob_jlserve_slice

#: What is not weights. Of Hugging Face's own folder: credentials, and its transfer cache. What
#: pip and uv keep for themselves, with times and random names in it. And a build's marker, which
#: is the host's to give.
_NOT_WEIGHTS = {"huggingface/token", "huggingface/stored_tokens", "huggingface/xet",
                "xdg/pip", "xdg/uv", ".jlserve-build-complete"}

#: A secret in a bigger file than this is not looked for.
_SEARCHED_BYTES = 1 << 20
_SECRET_LENGTH = 8


def collect(cache, target, secrets):
    """Copies the weights from `cache` to `target`; gives [{"path", "bytes"}]. Raises ob.Failure."""
    ob.fresh(target)
    places = [cache, os.path.realpath(cache), ob_jlserve_slice.cache_dir()]
    for path, relative in ob_jlserve_slice.walk(cache):
        if _is_leftover(cache, relative):
            continue
        _refuse_secret(path, relative, secrets)
        mode = os.lstat(path).st_mode
        goal = os.path.join(target, relative)
        if stat.S_ISDIR(mode):
            os.makedirs(goal, exist_ok=True)
        elif stat.S_ISLNK(mode):
            os.makedirs(os.path.dirname(goal), exist_ok=True)
            os.symlink(_link(path, relative, places), goal)
        elif stat.S_ISREG(mode):
            os.makedirs(os.path.dirname(goal), exist_ok=True)
            shutil.copy(path, goal)
        # Sockets and pipes are nobody's weights.
    _drop_emptied(cache, target)
    ob_jlserve_slice.normalise(target)
    return _listed(target)


def _listed(root):
    """The files, without links: a file counts once. In a fixed order."""
    found = []
    for path, relative in ob_jlserve_slice.walk(root):
        status = os.lstat(path)
        if stat.S_ISREG(status.st_mode):
            found.append({"path": relative.replace(os.sep, "/"), "bytes": status.st_size})
    return sorted(found, key=lambda item: item["path"])


def _is_leftover(cache, relative):
    parts = relative.split(os.sep)
    if ".locks" in parts or "__pycache__" in parts:
        return True
    for length in range(1, len(parts) + 1):
        if "/".join(parts[:length]) in _NOT_WEIGHTS:
            return True
    name = parts[-1]
    if name.endswith(".incomplete"):
        return True
    if not name.endswith(".lock"):
        return False
    # A lock holds nothing, or a process's number; a file of data may be called so, too.
    path = os.path.join(cache, relative)
    return stat.S_ISREG(os.lstat(path).st_mode) and os.path.getsize(path) <= 32


def _link(path, relative, places):
    """The target of a link as the image can have it: relative, inside the cache folder."""
    given = os.readlink(path)
    inside = None
    if os.path.isabs(given):
        for place in places:
            if os.path.normpath(given) == place or os.path.normpath(given).startswith(place + os.sep):
                inside = os.path.relpath(os.path.normpath(given), place)
    else:
        joined = os.path.normpath(os.path.join(os.path.dirname(relative), given))
        inside = None if joined == ".." or joined.startswith("../") else joined
    if inside is None:
        raise ob.Failure([ob.problem(
            "JLSERVE_WEIGHTS_FAILED",
            "download_weights() left a link that leads out of JLSERVE_CACHE_DIR: {} -> {}".format(
                relative, given),
            hint="copy the file into JLSERVE_CACHE_DIR instead of linking to it",
        )])
    return os.path.relpath(inside, os.path.dirname(relative) or ".")


def _refuse_secret(path, relative, secrets):
    """A secret in the weights would be in the image, for everyone to read."""
    for name, value in sorted(secrets.items()):
        raw = value.encode("utf-8", "surrogateescape")
        if len(raw) < _SECRET_LENGTH:
            continue
        mode = os.lstat(path).st_mode
        found = raw in os.fsencode(relative)
        if stat.S_ISLNK(mode):
            found = found or raw in os.fsencode(os.readlink(path))
        elif stat.S_ISREG(mode) and os.path.getsize(path) <= _SEARCHED_BYTES:
            with open(path, "rb") as file:
                found = found or raw in file.read()
        if found:
            raise ob.Failure([ob.problem(
                "JLSERVE_WEIGHTS_FAILED",
                "download_weights() wrote the value of the secret {} into {}".format(
                    name, relative.replace(value, "***")),
                hint="whatever lies in JLSERVE_CACHE_DIR becomes part of the image: "
                "write the secret nowhere, or delete the file at the end",
            )])


def _drop_emptied(cache, target):
    """Removes folders that held nothing but leftovers; one that was made empty may be meant."""
    for folder, _, _ in os.walk(target, topdown=False):
        source = os.path.join(cache, os.path.relpath(folder, target))
        if folder != target and not os.listdir(folder) and os.listdir(source):
            os.rmdir(folder)
