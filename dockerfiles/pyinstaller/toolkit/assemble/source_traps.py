"""Calls that work from source and not from a bundle."""

import ast
import posixpath

import ob

APP_STRING = "PYINSTALLER_APP_STRING"
SYS_EXECUTABLE = "PYINSTALLER_SYS_EXECUTABLE"


def source_traps(file, text, bundled):
    """Warnings about one file; bundled: the modules in the bundle."""
    if "uvicorn" not in text and "executable" not in text:
        return []
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []  # Told by noteworthy, if it matters.
    return _app_strings(tree, file, bundled) + _executables(tree, file)


def _app_strings(tree, file, bundled):
    """uvicorn.run("module:app") of a module that no import brought into the bundle."""
    names = _from_imports(tree, "uvicorn", ("run", "Config"))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _dotted(node.func) not in names:
            continue
        given = node.args[:1] + [each.value for each in node.keywords if each.arg == "app"]
        module, _, attribute = ((_text(given[0]) if given else None) or "").partition(":")
        if attribute and module not in bundled:
            own = posixpath.splitext(posixpath.basename(file))[0] == module
            hint = "write uvicorn.run({}, …)".format(attribute) if own else (
                "write from {} import {} and uvicorn.run({}, …), or add --hidden-import {}".format(
                    module, attribute.split(".")[0], attribute, module))
            found.append(ob.problem(
                APP_STRING, "uvicorn is to import {} by its name, and the bundle has no such "
                "module".format(module), hint, ob.at(file, node.lineno)))
    return found


def _executables(tree, file):
    """[sys.executable, "-m", …]: in a bundle it is the app that starts again."""
    names = _from_imports(tree, "sys", ("executable",))
    names |= {target.id for node in ast.walk(tree)
              if isinstance(node, ast.Assign) and _dotted(node.value) in names
              for target in node.targets if isinstance(target, ast.Name)}
    found = []
    for node in _unaware(tree.body):
        row = node.elts if isinstance(node, (ast.List, ast.Tuple)) else \
            node.args if isinstance(node, ast.Call) else []
        for program, argument in zip(row, row[1:]):
            said = _text(argument) or ""
            if _dotted(program) in names and (said in ("-m", "-c") or said.endswith(".py")):
                found.append(ob.problem(
                    SYS_EXECUTABLE, "sys.executable is the app itself in a bundle, no Python: it "
                    "is started again with {}".format(said),
                    "call the code in this process or with multiprocessing, or hand the app an "
                    "argument that it knows", ob.at(file, program.lineno)))
    return found


def _unaware(statements):
    """All nodes but of functions, classes and statements that ask whether they are frozen."""
    for statement in statements:
        inside = list(ast.walk(statement))
        if isinstance(statement, ast.ClassDef):
            yield from _unaware(statement.body)
        elif not any(_text(node) == "frozen" or getattr(node, "attr", "") == "frozen"
                     or _text(node) == "_MEIPASS" for node in inside):
            yield from inside


def _from_imports(tree, module, wanted):
    """How a file writes names of a module: {"uvicorn.run", "run"}."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {"{}.{}".format(alias.asname or alias.name, name)
                      for alias in node.names if alias.name == module for name in wanted}
        elif isinstance(node, ast.ImportFrom) and node.module == module and not node.level:
            names |= {alias.asname or alias.name for alias in node.names if alias.name in wanted}
    return names


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return "{}.{}".format(node.value.id, node.attr)
    return None


def _text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
