"""The child that imports the project's modules, each once, and tells what it sees through
a pipe of JSON lines: start, done, failed, result."""

import faulthandler
import importlib
import json
import os
import sys
import time
from importlib.machinery import FileFinder, SourceFileLoader

import ob
from endpoints import Collector
from failures import Explainer
from ready import import_sdk
from standins import StandIns


def run(given, pipe):
    request = ob.read_json(given)
    project = ob.mnt("project")
    _use_worker_path(project)
    explainer = Explainer(project, request)
    import_sdk(project)
    # Last in line: it is asked for what nothing else has.
    standins = StandIns(None if request.get("lenient") else request.get("excludes") or ())
    sys.meta_path.append(standins)
    _forget_ourselves()

    def tell(**event):
        pipe.write(json.dumps(event) + "\n")
        pipe.flush()

    traces = open(request["traces"], "w")
    faulthandler.enable(traces)
    # A little before the watcher's own limit, so that the dump is there when it looks.
    limit = max(0.5, (request.get("timeoutSeconds") or 30) - 0.3)
    collector = Collector(project)
    for file in request["importNow"]:
        tell(event="start", file=file)
        faulthandler.dump_traceback_later(limit, file=traces)
        began = time.monotonic()
        try:
            module = importlib.import_module(_module_name(file))
            collector.add(module, file)
            tell(event="done", file=file, seconds=time.monotonic() - began)
        except BaseException as error:  # noqa: BLE001 - sys.exit() too is a failing import
            tell(event="failed", file=file, problems=[explainer.explain(error, file)])
        faulthandler.cancel_dump_traceback_later()
    tell(event="result", warnings=_stood_in(standins), **collector.result(request["python"]))
    pipe.close()
    # Threads that the project started must not keep the build waiting.
    sys.stdout.flush()
    os._exit(0)


def _stood_in(standins):
    return [
        ob.problem(
            "FLASH_STOOD_IN",
            "{} is not part of the build and was stood in for while the project was "
            "imported".format(top),
            "import it inside the function if an import-time result of it matters",
        )
        for top in sorted(standins.used)
    ]


def _module_name(file):
    return file[:-len(".py")].replace("/", ".")


def _use_worker_path(project):
    """The worker's order: the unpacked archive (the project, then its dependencies), the
    image's own packages, the standard library. The base image's packages do not count."""
    standard = [
        path for path in sys.path[1:]
        if os.path.basename(path) not in ("site-packages", "dist-packages")
    ]
    sys.path[:] = [project, ob.mnt("deps", "tree"), ob.mnt("sdk", "tree"),
                   ob.mnt("deps", "unshipped")] + standard

    def hook(path):
        if path == project or path.startswith(project + os.sep):
            return FileFinder(path, (_ProjectLoader, [".py"]))
        raise ImportError

    sys.path_hooks.insert(0, hook)


class _ProjectLoader(SourceFileLoader):
    """Never reads or writes byte code for the project's files: an edit of the same size and
    second would else run the old code."""

    def path_stats(self, path):
        raise OSError("no byte code")


def _forget_ourselves():
    """The project may have modules named like ours."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name != "__main__" and os.path.dirname(os.path.abspath(file)) == here:
            del sys.modules[name]


if __name__ == "__main__":
    run(sys.argv[1], os.fdopen(int(sys.argv[2]), "w", encoding="utf-8"))
