"""What the child tells about an exception, in plain values."""

import traceback


def describe(error, request):
    """{"kind", "text", "frames", "trace", "fallback"}: `fallback` says what the exception
    could have to do with code that is not there: "name" or "import"."""
    return {
        "kind": type(error).__name__,
        "text": _text(error),
        "frames": _frames(traceback.extract_tb(error.__traceback__), request, error),
        "trace": "".join(traceback.format_exception_only(type(error), error)).strip(),
        "fallback": _fallback(error, request),
    }


def _text(error):
    if isinstance(error, SystemExit):
        return "it called sys.exit({!r})".format(error.code)
    try:
        text = str(error).strip()
    except Exception as other:  # noqa: BLE001 - a user's __str__ may fail
        text = "<its message cannot be shown: {}>".format(type(other).__name__)
    if isinstance(error, (KeyError, AssertionError)) or not text:
        return "{}: {}".format(type(error).__name__, text) if text else type(error).__name__
    return text


def frames_of(frame, request):
    """The calls that lead to a frame, as far as they are the project's, innermost last."""
    return _frames(traceback.extract_stack(frame), request, None)


def _frames(entries, request, error):
    found = []
    prefix = request["app"] + "/"
    for entry in entries:
        # Without a container, a virtual environment may lie in the project.
        if entry.filename.startswith(prefix) and "/site-packages/" not in entry.filename:
            found.append({"file": entry.filename[len(prefix):], "line": entry.lineno,
                          "function": entry.name, "text": entry.line or ""})
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(prefix):
        found.append({"file": error.filename[len(prefix):], "line": error.lineno,
                      "function": "<module>", "text": (error.text or "").strip()})
    return found


def _fallback(error, request):
    """Looks through an exception and those behind it."""
    pending, seen, found = [error], set(), None
    while pending:
        item = pending.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        pending += [item.__cause__, item.__context__]
        pending += list(getattr(item, "exceptions", ()) or ())
        if isinstance(item, ImportError):
            return "import"
        if isinstance(item, NameError) or _is_of_project(item, request):
            found = "name"
        elif type(item).__name__ in ("PicklingError", "UnpicklingError"):
            found = "name"
    return found


def _is_of_project(error, request):
    """Whether an attribute was missing from a module or from something of the project's."""
    if not isinstance(error, AttributeError):
        return False
    target = getattr(error, "obj", None)
    if target is None:
        # Raised without saying of what: unknown, unless it says that it was None.
        return "'NoneType'" not in str(error)
    kind = target if isinstance(target, type) else type(target)
    if kind.__name__ == "module" and kind.__module__ == "builtins":
        return True
    module = request["modules"]
    return getattr(kind, "__module__", "").split(".")[0] in module
