"""The checks of setup() and download_weights(), in jlserve's words: both must be there, take
nothing, return nothing and do their work when they are called."""

import inspect
import typing

import ob
import places

_DOES = {
    "setup": "it loads the model when the server starts; `pass` will do if there is nothing to load",
    "download_weights": "it fills JLSERVE_CACHE_DIR during the build; `pass` will do if there is "
    "nothing to download",
}


def check(cls):
    """Problems of both methods."""
    return [item for name in _DOES for item in _check(cls, name)]


def _check(cls, name):
    missing = object()
    attribute = inspect.getattr_static(cls, name, missing)
    if attribute is missing:
        return [_wrong(
            "App {} must define a {}() method".format(cls.__name__, name), places.of_class(cls),
            "add def {}(self): {}".format(name, _DOES[name]))]
    place = places.of_attribute(cls, name)
    method = getattr(cls, name)
    if not callable(method):
        return [_wrong("{} must be a method in {}, got {}".format(
            name, cls.__name__, type(method).__name__), place, "write def {}(self):".format(name))]
    label = "{}() in {}".format(name, cls.__name__)
    problems = []
    try:
        parameters = list(inspect.signature(method).parameters)
        returns = typing.get_type_hints(method).get("return")
    except Exception as error:  # noqa: BLE001 - hints are evaluated: anything can happen
        return [_wrong("{}: its signature cannot be read: {}".format(
            label, places.said(error).strip()), place)]
    # What the class itself binds has no self to name.
    bound = isinstance(attribute, (staticmethod, classmethod))
    if len(parameters) != (0 if bound else 1):
        problems.append(_wrong("{} must only accept 'self', got parameters: {}".format(
            label, parameters), place, "write def {}(self):".format(name)))
    if returns not in (None, type(None)):
        problems.append(_wrong("{} must return None, got {}".format(label, returns), place))
    body = inspect.unwrap(method)
    if inspect.iscoroutinefunction(body) or inspect.isasyncgenfunction(body):
        problems.append(_wrong(
            "{} must not be async: jlserve calls it without await, so nothing in it would run".format(
                label), place, "write def {}(self): without async".format(name)))
    elif inspect.isgeneratorfunction(body):
        problems.append(_wrong(
            "{} must not yield: called once, nothing in it would run".format(label), place))
    return problems


def _wrong(message, place, hint=None):
    return ob.problem("JLSERVE_LIFECYCLE_INVALID", message, hint, place)
