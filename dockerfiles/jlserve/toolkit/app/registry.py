"""The app class that a module registered, as jlserve's decorators leave it: the class has
_jlserve_app and _jlserve_app_name, a method _jlserve_endpoint and _jlserve_endpoint_path."""

import importlib
import sys

import ob


def prepare():
    """(jlserve.server, pydantic.BaseModel), imported before the app as `jlserve dev` does."""
    server = importlib.import_module("jlserve.server")
    return server, importlib.import_module("pydantic").BaseModel


def registered_app(module, request):
    """(class or None, problems)"""
    decorator = sys.modules.get("jlserve.decorator")
    registered = getattr(decorator, "get_registered_app", None)
    cls = registered() if registered is not None else _in_module(module)
    if cls is not None:
        return cls, []
    hint = "put @jlserve.app() above the class that has the endpoints"
    if _without_parentheses(module, "app"):
        hint = "write @jlserve.app() with parentheses"
    return None, [ob.problem(
        "JLSERVE_NO_APP", "No app found. Did you decorate a class with @jlserve.app()?", hint,
        ob.at(request["file"], request.get("classLine")))]


def endpoints(cls):
    """[(attribute's name, function)] of the app's endpoints, in the server's order."""
    found = []
    for name in dir(cls):
        try:
            attribute = getattr(cls, name)
        except AttributeError:
            continue  # What dir() lists and the class has not got is nobody's endpoint.
        if callable(attribute) and getattr(attribute, "_jlserve_endpoint", False):
            found.append((name, attribute))
    return found


def forgotten_parentheses(cls):
    """Is there a method under a bare @jlserve.endpoint? It is lost inside the decorator."""
    return any(_without_parentheses(base, "endpoint") for base in cls.__mro__)


def app_name(cls):
    name = getattr(cls, "_jlserve_app_name", None) or cls.__name__
    return name if isinstance(name, str) else str(name)


def _in_module(module):
    for value in list(vars(module).values()):
        if isinstance(value, type) and "_jlserve_app" in vars(value):
            return value
    return None


def _without_parentheses(holder, decorator):
    wanted = decorator + ".<locals>.decorator"
    return any(
        getattr(value, "__qualname__", None) == wanted
        and getattr(value, "__module__", None) == "jlserve.decorator"
        for value in list(vars(holder).values())
    )
