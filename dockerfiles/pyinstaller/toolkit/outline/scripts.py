"""Which files run as the program, and are not imported: what they do at their top is done when the
program starts, not when it is analysed."""

import ast
import posixpath


def of(request, texts, specs):
    """Of the paths `texts` those of scripts: the entry, every `__main__.py`, and what specs
    start. specs: {path: content}."""
    found = {path for path in texts if posixpath.basename(path) == "__main__.py"}
    if request["entry"]["kind"] == "script":
        found.add(request["entry"]["file"])
    for spec, content in specs.items():
        folder = posixpath.dirname(spec)
        found |= {posixpath.normpath(posixpath.join(folder, name)) for name in _started(content)}
    return found & set(texts)


def _started(content):
    """Names in the first argument of every Analysis of a spec."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Analysis":
            given = node.args[:1] + [each.value for each in node.keywords if each.arg == "scripts"]
            for part in (each for argument in given for each in ast.walk(argument)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value.replace("\\", "/")
