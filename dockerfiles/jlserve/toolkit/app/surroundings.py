"""What the finished image has around the app, made here for its import: the same paths, the
same environment, the same order of sys.path."""

import os

import ob

_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ftp_proxy")


def project_path():
    """/app, if it can be had here."""
    return _stand_in("/app", ob.mnt("project"))


def deps_path():
    return _stand_in("/opt/deps", ob.mnt("deps", "root", "opt", "deps"))


def _cache_path():
    """Empty: the weights are made after this, by code that was imported without them as well."""
    return _stand_in("/var/cache/jlserve", ob.scratch("weights"))


def _stand_in(path, real):
    """A link at the path that the image will have. On a host under test, or where the base
    image has something there itself, the mount stands for it."""
    if os.environ.get("OVENBIRD_ROOT"):
        return real
    if not os.path.lexists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(real, path)
    return path if os.path.islink(path) and os.readlink(path) == real else real


def environment():
    """The variables of the finished image: the base image's own, which this step has too,
    and those that the target sets. No proxies, no secrets."""
    kept = {
        name: value for name, value in os.environ.items()
        if name.lower() not in _PROXIES and not name.startswith("OVENBIRD_")
    }
    home = "/tmp"
    if os.environ.get("OVENBIRD_ROOT"):
        home = ob.mnt("tmp")
    cache, deps = _cache_path(), deps_path()
    kept.update({
        "PATH": os.path.join(deps, "bin") + ":" + kept.get("PATH", os.defpath),
        "PYTHONPATH": deps, "PYTHONUNBUFFERED": "1", "HOME": home,
        "JLSERVE_CACHE_DIR": cache, "HF_HOME": os.path.join(cache, "huggingface"),
        "TORCH_HOME": os.path.join(cache, "torch"), "XDG_CACHE_HOME": os.path.join(cache, "xdg"),
        # Equal sources give equal documents; and the mounts stay as they are.
        "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
    })
    return kept
