"""Tells where the files went when JLSERVE_CACHE_DIR stayed empty."""

import os

import ob
import ob_jlserve_slice

_SHOWN = 3
_NOT_FILES = ("/dev/", "/proc/", "/sys/")


def warnings_of(run, app, cache, files, so="the image has no weights"):
    if files:
        return []
    written = _written(run, app, cache)
    message = "download_weights() left nothing in JLSERVE_CACHE_DIR, so {}".format(so)
    if written:
        message += "; it wrote " + ", ".join(written[:_SHOWN])
        if len(written) > _SHOWN:
            message += " and {} more".format(len(written) - _SHOWN)
    return [ob.problem(
        "JLSERVE_NO_WEIGHTS", message,
        'write to os.environ["JLSERVE_CACHE_DIR"]; HF_HOME, TORCH_HOME and XDG_CACHE_HOME lead '
        "there, too",
    )]


def _written(run, app, cache):
    """Files outside the cache folder that the run left, as the user would write their paths."""
    root = os.path.realpath(ob_jlserve_slice.place())
    names = {}
    inside = (cache.path + os.sep, os.path.realpath(cache.path) + os.sep,
              ob_jlserve_slice.cache_dir() + os.sep)
    found = set(run.done["wrote"])
    for folder in (os.path.join(cache.work, "home"), os.path.join(cache.work, "tmp")):
        found |= {os.path.join(at, name) for at, _, items in os.walk(folder) for name in items}
    for path in found:
        if path.startswith(inside) or path.startswith(_NOT_FILES) or not os.path.isfile(path):
            continue
        names[_shown(path, app, cache, root)] = os.path.getsize(path)
    return ["{} ({} bytes)".format(name, names[name]) for name in sorted(names)]


def _shown(path, app, cache, root):
    for prefix, name in ((os.path.join(cache.work, "home"), "~"),
                         (os.path.join(cache.work, "tmp"), "$TMPDIR"), (app, "/app"), (root, "")):
        if path.startswith(prefix.rstrip("/") + "/"):
            return (name + path[len(prefix.rstrip("/")):]).encode("utf-8", "replace").decode()
    return path.encode("utf-8", "replace").decode()
