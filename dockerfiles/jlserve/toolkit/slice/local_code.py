"""The project's other modules, as far as the slice must know them."""

import ast

from doubt import Doubt
from plain import is_plain
from scope import Scope
from units import IMPORTS, module_units

_BY_NAME = {"getattr", "hasattr", "setattr", "delattr"}


def is_plain_module(project, file, pending=None):
    """Whether importing a file of the project only defines names: leaving the import out then
    changes nothing for those who do not use it."""
    pending = set() if pending is None else pending
    if file in pending:
        return True
    pending.add(file)
    if not file.endswith(".py"):
        return False
    try:
        tree = project.tree(file)
        units = module_units(file, tree)
    except Doubt:
        return False
    scope = Scope(project, file, tree, units)
    for unit in units:
        if not isinstance(unit.node, IMPORTS):
            if not is_plain(unit.node, scope):
                return False
            continue
        if any(item.name == "*" for item in unit.node.names):
            return False
        own = project.imports(file, ast.Module([unit.node], []))[1]
        future = isinstance(unit.node, ast.ImportFrom) and unit.node.module == "__future__"
        used = any(unit.binds & other.needs for other in units)
        exported = file.endswith("/__init__.py")
        if not (own or future or used or exported):
            return False
        if not all(is_plain_module(project, item, pending) for item in own):
            return False
    return True


def names_by_string(node):
    """The names of getattr(x, "name") and the like."""
    return {
        item.args[1].value for item in ast.walk(node)
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Name)
        and item.func.id in _BY_NAME and len(item.args) > 1
        and isinstance(item.args[1], ast.Constant) and isinstance(item.args[1].value, str)
    }
