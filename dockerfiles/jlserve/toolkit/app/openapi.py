"""The app's OpenAPI 3.1 document, made by the server that the image will run."""

import inspect

import ob
import places

#: Where an exception without a line of the user's own comes from, if not from the app.
_SERVER = ("fastapi", "pydantic", "starlette")


def make(cls, server, watch):
    """(document, problems). Makes one instance, which is what the server starts with; setup()
    is not called."""
    problem = _needs_arguments(cls)
    if problem:
        return None, [problem]
    watch("init")
    try:
        application = server.create_app(cls)
    except BaseException as error:  # noqa: BLE001 - sys.exit() in __init__ fails as well
        return None, [_failed(cls, error)]
    watch("openapi")
    try:
        return application.openapi(), []
    except BaseException as error:  # noqa: BLE001 - models may bring code of their own
        return None, [_undescribable(cls, error)]


def _needs_arguments(cls):
    try:
        inspect.signature(cls).bind()
    except TypeError as error:
        return ob.problem(
            "JLSERVE_INIT_FAILED",
            "{}.__init__() must need nothing but self: {}".format(cls.__name__, error),
            "jlserve makes the instance without arguments: give them defaults, or load in setup()",
            places.of_attribute(cls, "__init__"))
    except ValueError:
        pass  # Some have no signature to read; making the instance will tell.
    return None


def _failed(cls, error):
    if places.of_error(error) is None and _raised_in(error, _SERVER):
        return _undescribable(cls, error)
    return ob.problem(
        "JLSERVE_INIT_FAILED",
        "{}.__init__() failed: {}".format(cls.__name__, places.said(error).strip()),
        "it runs when the server starts and when it is built; what needs the weights, the GPU or "
        "the network belongs into setup() or download_weights()",
        places.of_error(error) or places.of_class(cls), places.trace(error))


def _undescribable(cls, error):
    return ob.problem(
        "JLSERVE_ENDPOINT_INVALID",
        "the OpenAPI document of {} cannot be made: {}".format(cls.__name__, places.said(error).strip()),
        "use field types in the models that JSON can carry",
        places.of_error(error) or places.of_class(cls), places.trace(error))


def _raised_in(error, packages):
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__") or ""
        if name.split(".")[0] in packages:
            return True
        trace = trace.tb_next
    return False
