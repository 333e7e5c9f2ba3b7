"""Scripts that start a module of a package as Python would: relative imports work in it, and
the sources stay as they are. A package's own file, run as a script, would belong to no package."""

import ast
import os

_FUNCTION = """import sys
from {module} import {first}
sys.exit({function}())
"""

_MODULE = """import runpy
runpy.run_module({module!r}, run_name="__main__", alter_sys=True)
"""


def function_launcher(folder, module, function):
    """A script that calls a function as an installed command does. Returns its path."""
    return _write(folder, _FUNCTION.format(
        module=module, first=function.split(".")[0], function=function))


def module_launcher(folder, module):
    """A script that runs a module as `python -m` does; the module is a hidden import then."""
    package, _, name = module.rpartition(".")
    return _write(folder, _MODULE.format(module=package if package and name == "__main__" else module))


def _write(folder, text):
    os.makedirs(folder, exist_ok=True)
    # Not the package's name: the script's folder comes first on the search path.
    path = os.path.join(folder, "__main__.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def module_of(script, roots):
    """The dotted name of a script that is part of a package, with the root that it is imported
    from; (None, None) for one that is not."""
    folder = os.path.dirname(script)
    if not os.path.isfile(os.path.join(folder, "__init__.py")) and not _needs_package(script):
        return None, None
    top = folder
    while os.path.isfile(os.path.join(os.path.dirname(top), "__init__.py")):
        top = os.path.dirname(top)
    root = os.path.dirname(top)
    for known in roots:
        if folder == known or not (root + os.sep).startswith(known + os.sep):
            continue
        root = root if os.path.isfile(os.path.join(top, "__init__.py")) else known
        break
    if folder in roots:
        return None, None
    name = os.path.splitext(os.path.relpath(script, root))[0].replace(os.sep, ".")
    return name, root


def _needs_package(script):
    if os.path.basename(script) == "__main__.py":
        return True
    try:
        with open(script, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
