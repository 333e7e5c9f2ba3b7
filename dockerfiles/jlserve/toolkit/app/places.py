"""Where in the user's files a class, a method or an exception is."""

import inspect
import linecache
import os
import re
import sys
import traceback

import ob

_project = ""
_request = {}


def use(project, request):
    """Says where the project lies; before anything else here is asked."""
    global _project, _request
    _project, _request = project, request


def relative(path):
    """A file's path inside the project with "/", or None if it lies elsewhere."""
    if isinstance(path, str) and path.startswith(_project + os.sep):
        return path[len(_project) + 1:].replace(os.sep, "/")
    return None


def of_class(cls):
    """The line of a class statement; the app's own line if the class is not the project's."""
    # A class says no more of its place than its module's name, and even that can be lied about.
    module = sys.modules.get(getattr(cls, "__module__", None) or "")
    path = getattr(module, "__file__", None)
    file = relative(path)
    if file is None:
        return ob.at(_request["file"], _request.get("classLine"))
    if file == _request["file"] and cls.__name__ == _request.get("class") and _request.get("classLine"):
        return ob.at(file, _request["classLine"])
    lines = linecache.getlines(path)
    words = re.compile(r"\s*class\s+" + re.escape(cls.__name__) + r"\b")
    return ob.at(file, next((at for at, line in enumerate(lines, 1) if words.match(line)), None))


def of_function(function, cls):
    """The line with "def" of a function of the project; else the class's place."""
    code = getattr(inspect.unwrap(function, stop=_is_loop()), "__code__", None)
    file = relative(getattr(code, "co_filename", None))
    if file is None:
        return of_class(cls)
    # The code's first line is that of the first decorator.
    words = re.compile(r"\s*(async\s+)?(def\s+" + re.escape(code.co_name) + r"\b|.*\blambda\b)")
    lines = linecache.getlines(code.co_filename)
    for number in range(code.co_firstlineno, min(len(lines), code.co_firstlineno + 200) + 1):
        if words.match(lines[number - 1]):
            return ob.at(file, number)
    return ob.at(file, code.co_firstlineno)


def of_attribute(cls, name):
    """The place of whatever the class or one of its bases has under a name."""
    for base in cls.__mro__:
        if name in vars(base):
            value = vars(base)[name]
            value = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
            place = of_function(value, base) if callable(value) else of_class(base)
            return _assignment(base, name, place) if not callable(value) else place
    return of_class(cls)


def _assignment(cls, name, place):
    """`setup = 3` stands somewhere below the class's line."""
    line = place.get("line")
    if not line or place["file"] != relative(getattr(sys.modules.get(cls.__module__), "__file__", None)):
        return place
    lines = linecache.getlines(os.path.join(_project, *place["file"].split("/")))
    words = re.compile(r"\s+" + re.escape(name) + r"\s*[:=]")
    for number in range(line + 1, len(lines) + 1):
        if words.match(lines[number - 1]):
            return ob.at(place["file"], number)
    return place


def of_error(error):
    """The innermost line of the project's own files that an exception came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = relative(frame.filename)
        if file is not None:
            return ob.at(file, frame.lineno)
    return None


def trace(error):
    """The trace from the project's first line on, with paths as the user knows them."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith("<frozen importlib")]
    first = next((i for i, frame in enumerate(frames) if relative(frame.filename)), None)
    lines = traceback.format_list(frames[first:]) if first is not None else []
    text = "".join(lines) + said(error)
    return text.replace(_project + os.sep, "")


def said(error):
    """The exception's own lines; its text is the app's code too, and may fail."""
    try:
        return "".join(traceback.format_exception_only(type(error), error))
    except Exception:  # noqa: BLE001
        return type(error).__name__ + "\n"


def _is_loop():
    """A stop for inspect.unwrap: a chain of wrappers may bite its own tail."""
    seen = set()

    def stop(function):
        if id(function) in seen or len(seen) > 100:
            return True
        seen.add(id(function))
        return False

    return stop
