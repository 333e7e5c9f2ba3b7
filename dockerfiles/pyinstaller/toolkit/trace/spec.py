"""What a spec file begins with, read from its syntax: running it would need PyInstaller."""

import ast
import os
import tokenize


def read(file):
    """(the first Analysis's first script, [its pathex that can be read]), as written but with "/".
    Raises OSError, SyntaxError, or ValueError when it is not plain to see."""
    with tokenize.open(file) as opened:
        tree = ast.parse(opened.read(), file)
    names = {"SPECPATH": os.path.dirname(file), "SPEC": file}
    for statement in tree.body:
        call = next((node for node in ast.walk(statement) if _is_analysis(node)), None)
        if call is not None:
            return _of(call, names)
        if isinstance(statement, ast.Assign):
            _remember(statement, names)
    raise ValueError("no Analysis(…) found")


def _is_analysis(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Analysis"


def _of(call, names):
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    positional = [node for node in call.args if not isinstance(node, ast.Starred)]
    scripts = given.get("scripts") or (positional[0] if positional else None)
    pathex = given.get("pathex") or (positional[1] if len(positional) > 1 else None)
    found = _paths(scripts, names)
    if not found:
        raise ValueError("Analysis's first script cannot be read without running the spec")
    return found[0], [path for path in _paths(pathex, names) if path]


def _paths(node, names):
    """A list's texts; None for what cannot be read."""
    if isinstance(node, ast.Name):
        node = names.get(node.id)
    if not isinstance(node, (ast.List, ast.Tuple)):
        return []
    read = [_text(item, names) for item in node.elts]
    # The first one must be known; of the others the known ones serve.
    return [] if not read or read[0] is None else [_portable(text) for text in read if text is not None]


def _remember(statement, names):
    text = _text(statement.value, names)
    if text is None and not isinstance(statement.value, (ast.List, ast.Tuple)):
        return
    for target in statement.targets:
        if isinstance(target, ast.Name):
            names[target.id] = statement.value if text is None else text


def _text(node, names):
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        known = names.get(node.id)
        return known if isinstance(known, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        sides = [_text(node.left, names), _text(node.right, names)]
        if None in sides:
            return None
        return "".join(sides) if isinstance(node.op, ast.Add) else os.path.join(*sides)
    if isinstance(node, ast.Call) and not node.keywords:
        return _called(ast.unparse(node.func), [_text(item, names) for item in node.args])
    return None


def _called(function, texts):
    if not texts or None in texts:
        return None
    if function in ("os.path.join", "path.join", "join"):
        return os.path.join(*map(_portable, texts))
    if function in ("str", "Path", "pathlib.Path", "os.path.abspath", "os.path.normpath"):
        return texts[0]
    if function == "os.path.dirname":
        return os.path.dirname(texts[0])
    return None


def _portable(text):
    """Many specs are written on Windows."""
    return text.replace("\\", "/")
