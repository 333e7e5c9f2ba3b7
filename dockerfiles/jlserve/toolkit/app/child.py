"""The child that imports the app and tells through a pipe of JSON lines what it sees: stage,
result, missing, end. Everything that it needs is imported before the app's first line, since
an app may replace any module."""

import faulthandler
import fcntl
import gc
import importlib
import importlib.util
import json
import os
import resource
import site
import sys

import explain
import lifecycle
import ob
import openapi
import places
import registry
import validation


class _Pipe:
    """Tells the parent; a process that the app forks off has nothing to say."""

    def __init__(self, descriptor, token):
        # High and not inherited: loops that close what they did not open seldom get there.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        high = max(3, min(700, most - 8) if most > 0 else 700)
        self._descriptor = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, high)
        os.close(descriptor)
        self._token = token
        self._process = os.getpid()
        self._dumps, self._write, self._getpid, self._exit = json.dumps, os.write, os.getpid, os._exit

    def tell(self, event, **fields):
        if self._getpid() != self._process:
            self._exit(0)
        data = (self._dumps(dict(fields, event=event, token=self._token)) + "\n").encode()
        while data:
            data = data[self._write(self._descriptor, data):]


def main():
    given = json.loads(sys.stdin.buffer.read())
    pipe = _Pipe(int(sys.argv[1]), given["token"])
    del given["token"]
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.argv[:] = ["/opt/ovenbird/serve.py"]
    request, project = given["request"], given["project"]
    _use_image_path(project, given["deps"])
    watch = _watch(given)
    exit_now = os._exit
    places.use(project, request)
    problems, warnings, app, document = [], [], None, None
    # What importing makes stays: looking for garbage in it takes a tenth of the time.
    gc.disable()
    try:
        # As `jlserve dev`, which has imported the server before the app.
        server, base_model = registry.prepare()
        _forget_ourselves()
        watch("import", pipe)
        module, failed = _load(request["file"], project)
        if failed is not None:
            soname = explain.missing_in(failed)
            if soname:
                # The sweep's words for it replace the loader's.
                place = places.of_error(failed) or ob.at(request["file"])
                pipe.tell("missing", module=None, soname=soname, location=place)
            else:
                problems.append(explain.import_failure(failed, request))
        else:
            watch("check", pipe)
            cls, problems = registry.registered_app(module, request)
            if cls is not None:
                app, found, warnings = validation.check(cls, base_model)
                problems += found + lifecycle.check(cls)
            if not problems:
                document, problems = openapi.make(cls, server, lambda stage: watch(stage, pipe))
    except BaseException as error:  # noqa: BLE001 - the app's classes may raise anything when looked at
        problems.append(explain.import_failure(error, request))
    pipe.tell("result", problems=problems, warnings=warnings, app=app, openapi=document)
    _probe(given["suspects"], lambda stage: watch(stage, pipe), pipe)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001 - the app may have put anything there
            continue
    pipe.tell("end")
    # Threads that the app started must not keep the build waiting.
    exit_now(0)


def _use_image_path(project, deps):
    """serve.py's order: the app's folder, PYTHONPATH, the standard library; .pth files."""
    sys.path[0] = project
    site.addsitedir(deps)


def _watch(given):
    """Gives a function that announces a stage and has Python write down where it stands if
    the stage crashes, exits or takes too long."""
    traces = open(given["traces"], "w")
    faulthandler.enable(traces)
    later, dump = faulthandler.dump_traceback_later, faulthandler.dump_traceback
    # A little before the watcher's own limit, so that the dump is there when it looks.
    limit = max(0.5, given["limit"] - 0.3)
    process, real_exit, getpid = os.getpid(), os._exit, os.getpid

    def exit_with_trace(status):
        if getpid() == process and not traces.closed:
            dump(traces)
        real_exit(status)

    os._exit = exit_with_trace

    def announce(stage, pipe):
        pipe.tell("stage", stage=stage)
        later(limit, file=traces)

    return announce


def _load(file, project):
    """(module, None), or (None, what importing the app's file raised)."""
    path = os.path.join(project, file)
    spec = importlib.util.spec_from_file_location("user_module", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["user_module"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # noqa: BLE001 - sys.exit() too is a failing import
        return None, error
    return module, None


def _probe(suspects, watch, pipe):
    """Imports what has a library missing, as the app will do later, perhaps inside setup()."""
    for suspect in suspects:
        watch("probe")
        try:
            importlib.import_module(suspect["module"])
        except BaseException as error:  # noqa: BLE001 - other failures are not the libraries'
            soname = explain.missing_in(error)
            if soname:
                pipe.tell("missing", module=suspect["module"], soname=soname, location=None)


def _forget_ourselves():
    """The app may have modules named like ours."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name != "__main__" and os.path.dirname(os.path.abspath(file)) == here:
            del sys.modules[name]


if __name__ == "__main__":
    main()
