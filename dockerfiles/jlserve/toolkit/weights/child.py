"""The child that runs the user's code: loads the app file as jlserve does, makes the object,
calls the method that was asked for, and tells the parent through a pipe of JSON lines how far it
came."""

import json
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))

#: As many places of writing as are told; one is enough to find the rest.
_WROTE_LIMIT = 200


def run(given, pipe):
    with open(given, encoding="utf-8") as file:
        request = json.load(file)
    os.set_inheritable(pipe, False)
    wrote = set()

    def tell(**event):
        os.write(pipe, json.dumps(event).encode() + b"\n")

    def refuse(path, how):
        tell(event="refused", path=path, how=how, frames=frames_of(sys._getframe(1), request))
        # Whatever catches exceptions, nothing may go on from here.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)

    def note(path):
        if len(wrote) < _WROTE_LIMIT:
            wrote.add(os.path.abspath(os.fsdecode(path)))

    from guard import Guard
    from telling import describe, frames_of

    sys.path[0] = request["app"]
    sys.argv[:] = [os.path.join(request["app"], request["file"])]
    for name in ("guard", "telling"):
        # The project may have modules called like ours.
        del sys.modules[name]
    Guard(request["app"], request["looks"], refuse, note).install(request["refusing"])
    step = "import"
    try:
        made = _load(request)
        step = "init"
        app = made()
        step = request["method"]
        tell(event="step", step=step)
        returned = getattr(app, step)()
        never_ran = _never_ran(returned)
        if never_ran:
            tell(event="failed", step=step, kind="TypeError", fallback=None,
                 text=never_ran, frames=[], trace="")
        else:
            tell(event="done", wrote=sorted(wrote))
    except BaseException as error:  # noqa: BLE001 - sys.exit() is a failure, too
        tell(event="failed", step=step, **describe(error, request))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


def _load(request):
    """The app's class, from its file loaded in jlserve's way."""
    from importlib.util import module_from_spec, spec_from_file_location

    path = os.path.join(request["app"], *request["file"].split("/"))
    spec = spec_from_file_location(request["module"], path)
    module = module_from_spec(spec)
    sys.modules[request["module"]] = module
    spec.loader.exec_module(module)
    try:
        return module.__dict__[request["class"]]
    except KeyError:
        raise NameError("there is no {}".format(request["class"]), name=request["class"]) from None


def _never_ran(returned):
    """Why a call that returned has not done its work."""
    if returned is None:
        return None
    kind = type(returned)
    if hasattr(kind, "__await__") or hasattr(kind, "__anext__"):
        return "it is `async def`, which jlserve never awaits; use `def`"
    if kind.__name__ == "generator":
        return "it contains `yield`, so that calling it runs nothing; remove the yield"
    return None


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
