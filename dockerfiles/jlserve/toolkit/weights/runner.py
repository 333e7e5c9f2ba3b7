"""Starts the child and watches it: what it reports over its pipe decides, not how it ends."""

import json
import os
import select
import signal
import subprocess
import sys

import ob
import ob_jlserve_slice

#: After an end that was reported, its threads and exit handlers may still be at work; they
#: are waited for. A closed pipe is looked at this often.
_POLL_SECONDS = 0.2


class Run:
    """`done`, `failed`, `refused`: the event of that kind or None; `step` reached; `status`."""

    def __init__(self):
        self.done = self.failed = self.refused = None
        self.step = "import"
        self.status = None


def run_child(request, app, cache, secrets, environment=None, method="download_weights"):
    """Runs a method of the app, the only one in a build; without a container also setup()."""
    given = os.path.join(cache.work, "given.json")
    ob.write_json(given, {
        "app": app, "file": request["file"], "class": request["class"],
        "method": method, "module": ob_jlserve_slice.MODULE, "modules": _own_modules(app),
        "refusing": request["mode"] != "project",
        "looks": {name: request.get(name, []) for name in ("covered", "folders", "prefixes")},
    })
    events, events_in_child = os.pipe()
    child = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")
    process = subprocess.Popen(
        [sys.executable, "-s", child, given, str(events_in_child)], cwd=app,
        env=environment or _environment(cache, secrets), stdin=subprocess.DEVNULL,
        pass_fds=(events_in_child,), start_new_session=True,
    )
    os.close(events_in_child)
    run = Run()
    try:
        _watch(run, process, events)
    finally:
        os.close(events)
        # Whatever it started ends with it.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        run.status = process.wait()
    return run


def _watch(run, process, events):
    os.set_blocking(events, False)
    pending = b""
    while True:
        ended = process.poll() is not None
        ready, _, _ = select.select([events], [], [], 0 if ended else _POLL_SECONDS)
        data = b""
        if ready:
            try:
                data = os.read(events, 65536)
            except BlockingIOError:
                continue
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            _take(run, json.loads(line))
        if run.refused or run.failed:
            return
        if ended and not data:
            return
        if ready and not data:
            # Closed, but not ended yet: a daemon may hold on to the process.
            process.wait()


def _take(run, event):
    kind = event["event"]
    if kind == "step":
        run.step = event["step"]
    elif getattr(run, kind) is None:
        setattr(run, kind, event)


def _environment(cache, secrets):
    """The finished image's, as far as a download can tell; the fixed names win over secrets."""
    deps = ob.mnt("deps", "root", "opt", "deps")
    home, temporary = os.path.join(cache.work, "home"), os.path.join(cache.work, "tmp")
    for folder in (home, temporary):
        os.makedirs(folder, exist_ok=True)
    folder = ob_jlserve_slice.cache_dir()
    environment = {name: value for name, value in secrets.items() if _is_variable(name, value)}
    environment.update(ob.child_environment(
        JLSERVE_CACHE_DIR=folder, HF_HOME=os.path.join(folder, "huggingface"),
        TORCH_HOME=os.path.join(folder, "torch"), XDG_CACHE_HOME=os.path.join(folder, "xdg"),
        PYTHONPATH=deps, PYTHONUNBUFFERED="1", PYTHONHASHSEED="0", HOME=home, TMPDIR=temporary,
    ))
    environment["PATH"] = os.path.join(deps, "bin") + os.pathsep + environment["PATH"]
    return environment


def _is_variable(name, value):
    """Other secrets are files only: docker has ids that no variable can have."""
    return name.isidentifier() and name.isascii() and "\0" not in value


def _own_modules(app):
    """Top-level modules that are the project's."""
    names = {name.split(".")[0] for name in os.listdir(app)}
    return sorted(names | {ob_jlserve_slice.MODULE})
