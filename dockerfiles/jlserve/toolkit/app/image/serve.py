"""Serves the app of this image as `jlserve dev` does, without installing anything. With
--setup, runs setup() on a fresh instance instead and says whether it works."""

import argparse
import importlib.util
import json
import os
import signal
import site
import subprocess
import sys
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
#: "/" in an image.
_ROOT = os.path.dirname(os.path.dirname(_HERE))
_APP = os.path.join(_ROOT, "app")
_DEPS = os.path.join(_ROOT, "opt", "deps")

#: uvicorn's own status for a server that could not start.
_NOT_STARTED = 3

#: What the child says of a setup() that came to its end.
_DONE = {"done": True}

#: As much of a message as is told: the pipe holds it whole.
_MESSAGE = 1500


def main():
    options = _options()
    if options.setup:
        return _validate()
    signal.signal(signal.SIGTERM, _stop_now)
    with open(os.path.join(_HERE, "app.json"), encoding="utf-8") as file:
        settings = json.load(file)
    _use_app()
    if options.run_setup is not None:
        return _run_setup(settings, options.run_setup)
    return _serve(settings, _port(options.port, settings))


def _options():
    parser = argparse.ArgumentParser(prog="serve.py", description="Serves the app of this image.")
    parser.add_argument("--port", "-p", help="port to serve on (default: PORT, or as it was built)")
    parser.add_argument("--setup", action="store_true", help="run setup() once and end")
    parser.add_argument("--run-setup", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    return options


def _port(given, settings):
    text = given or os.environ.get("PORT") or settings["port"]
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 < port < 65536:
        sys.stderr.write("Error: not a port number: {}\n".format(text))
        sys.exit(2)
    return port


def _use_app():
    """Modules of the app come first, then PYTHONPATH; packages' .pth files count as they do
    in site-packages."""
    sys.path[0] = _APP
    site.addsitedir(_DEPS)
    os.chdir(_APP)


def make_server(port, lifespan="on", log_level="info"):
    """The app's server, for the check of the image too; nothing listens yet."""
    with open(os.path.join(_HERE, "app.json"), encoding="utf-8") as file:
        settings = json.load(file)
    _use_app()
    return _make_server(settings, port, lifespan, log_level)[1]


def _make_server(settings, port, lifespan, log_level):
    """(the app's class, its server)"""
    # The order of `jlserve dev`: the server's modules before the app.
    from jlserve.server import create_app
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig, frame):
            # setup() blocks the loop: who stops the container then would wait for its end.
            if not self.started:
                _stop_now(sig, frame)
            super().handle_exit(sig, frame)

    cls = _load(settings["file"])
    return cls, Server(uvicorn.Config(create_app(cls), host="0.0.0.0", port=port,
                                      log_level=log_level, lifespan=lifespan))


def _serve(settings, port):
    cls, server = _make_server(settings, port, "on", "info")
    sys.stdout.write("\nServing {} at http://localhost:{}\n".format(_name(cls), port))
    sys.stdout.write("Docs at http://localhost:{}/docs\n\n".format(port))
    sys.stdout.write("Endpoints: {}\n\n".format(", ".join(_endpoints(cls))))
    sys.stdout.flush()
    # uvicorn repeats the signal that it has obeyed; obeying it was all there was to do.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    except SystemExit:
        # Of different statuses, in older versions.
        if server.started:
            raise
    return 0 if server.started else _NOT_STARTED


def _load(file):
    """The class that the app's file registers."""
    path = os.path.join(_APP, file)
    spec = importlib.util.spec_from_file_location("user_module", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["user_module"] = module
    spec.loader.exec_module(module)
    from jlserve.decorator import get_registered_app

    cls = get_registered_app()
    if cls is None:
        sys.stderr.write("Error: No app found. Did you decorate a class with @jlserve.app()?\n")
        sys.exit(1)
    return cls


def _name(cls):
    return getattr(cls, "_jlserve_app_name", cls.__name__)


def _endpoints(cls):
    from jlserve.decorator import get_endpoint_methods

    return ["POST {}".format(method._jlserve_endpoint_path) for method in get_endpoint_methods(cls)]


def _stop_now(number, _frame):
    """The first process of a container dies of no signal by itself."""
    sys.stdout.flush()
    os._exit(128 + number)


def _validate():
    failed = try_setup()
    if failed is None:
        sys.stdout.write("setup() succeeded\n")
        return 0
    sys.stderr.write("Error: {}\n".format(failed["message"]))
    return 1


def try_setup(stderr=None):
    """Runs setup() on a fresh instance, in a child: whatever ends it, only its own word counts as
    success. Gives None, or the failure: {"message"}, with "file" and "line" of the innermost of
    the app's own lines where one is known."""
    told, told_in_child = os.pipe()
    command = [sys.executable, os.path.abspath(__file__), "--run-setup", str(told_in_child)]
    child = subprocess.Popen(command, pass_fds=(told_in_child,), stderr=stderr)
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    os.close(told_in_child)
    status = child.wait()
    signal.signal(signal.SIGTERM, before)
    # What setup() started may hold the pipe open: only what is there already counts.
    os.set_blocking(told, False)
    try:
        word = json.loads(os.read(told, 65536))
    except (BlockingIOError, ValueError):
        word = {}
    os.close(told)
    if "message" in word:
        return word
    if word == _DONE and status == 0:
        return None
    how = "signal {}".format(-status) if status < 0 else "status {}".format(status)
    return {"message": "setup() failed: it ended the process with {}".format(how)}


def _run_setup(settings, descriptor):
    os.set_inheritable(descriptor, False)
    what, word = "importing " + settings["file"], _DONE
    try:
        cls = _load(settings["file"])
        what = cls.__name__ + ".__init__()"
        instance = cls()
        what = "setup()"
        instance.setup()
    except BaseException as error:  # noqa: BLE001 - sys.exit() too is a failure
        traceback.print_exception(type(error), error, error.__traceback__)
        message = "{} failed: {}".format(what, _text(error))
        word = dict(_place(error), message=message[:_MESSAGE])
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(descriptor, json.dumps(word).encode())
    # Threads that setup() started would keep the process.
    os._exit(0)


def _text(error):
    if isinstance(error, SystemExit):
        return "sys.exit({!r})".format(error.code)
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - a class of the app's own may fail at it
        return type(error).__name__


def _place(error):
    """{"file", "line"} of the innermost line that is the app's."""
    lines = [(each.filename, each.lineno) for each in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        lines.append((error.filename or "", error.lineno))
    own = [(file, line) for file, line in lines if file.startswith(_APP + os.sep)]
    if not own:
        return {}
    return {"file": own[-1][0][len(_APP + os.sep):], "line": own[-1][1]}


if __name__ == "__main__":
    sys.exit(main())
