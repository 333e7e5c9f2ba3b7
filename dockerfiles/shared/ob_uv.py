"""Runs uv, always the same way: no settings of others, no Python of its own."""

import os
import subprocess
import sys

import ob

#: uv knows these glibc versions as platforms; a wheel for an older one runs on a newer.
_GLIBC = ("2.17", "2.28", "2.31", "2.32", "2.33", "2.34", "2.35", "2.36", "2.37", "2.38",
          "2.39", "2.40")

_MACHINES = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}

#: Where no C library of the system's has a say.
_OTHERS = {"windows/amd64": "x86_64-pc-windows-msvc"}


def python_platform(platform, glibc=None):
    """uv's name of the target; of Linux, the newest that is no newer than the target's glibc."""
    if platform in _OTHERS:
        return _OTHERS[platform]
    machine = _MACHINES.get(platform)
    if machine is None:
        raise ob.Failure([ob.problem("INTERNAL", "no wheels for platform " + platform)], ob.DEFECT)
    wanted = _version(glibc)
    fitting = [known for known in _GLIBC if _version(known) <= wanted]
    newest = fitting[-1] if fitting else _GLIBC[0]
    return "{}-manylinux_{}".format(machine, newest.replace(".", "_"))


def target_flags(python, platform, glibc=None):
    """Markers and wheels are the target's, whatever this runs on."""
    return ["--python-version", python, "--python-platform", python_platform(platform, glibc)]


def index_flags(settings):
    """Flags for {"url", "extra"}, which hold no credentials: those come by netrc."""
    flags = []
    if settings.get("url"):
        flags += ["--default-index", settings["url"]]
    for extra in settings.get("extra") or ():
        flags += ["--index", extra]
    return flags


def run(arguments, cwd=None, show=True):
    """Runs `uv ARGUMENTS`, showing its output as it comes; returns (status, stderr text)."""
    environment = ob.child_environment(
        UV_CACHE_DIR=ob.mnt("cache", "uv"),
        UV_LINK_MODE="copy",
        UV_PYTHON_DOWNLOADS="never",
        UV_NO_CONFIG="1",
        UV_NO_PROGRESS="1",
        UV_HTTP_TIMEOUT="60",
        NO_COLOR="1",
    )
    command = [_binary()] + arguments + ["--python", sys.executable]
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
    )
    lines = []
    for line in process.stderr:
        if not _is_noise(line):
            lines.append(line)
            if show:
                sys.stderr.write(line)
    return process.wait(), "".join(lines)


def _is_noise(line):
    # The builder's Python need not be the target's: nothing is compiled here.
    return line.startswith("warning: The requested Python version") and "to build" in line


def _binary():
    mounted = ob.mnt("uv", "pkg", "bin", "uv")
    return os.environ.get("OVENBIRD_UV") or mounted


def _version(text):
    return tuple(int(part) for part in text.split("."))
