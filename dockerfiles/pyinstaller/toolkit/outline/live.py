"""What of sources may run when they are imported."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def names_at_import(trees, scripts=()):
    """Names of what may run when a module is imported, by what import-time code mentions.
    scripts: paths of what runs as the program, and is not imported."""
    bodies = {}
    live = set()
    for path, tree in trees.items():
        collect(tree, set() if path in scripts else live, bodies)
    pending = list(live)
    while pending:
        for body in bodies.pop(pending.pop(), ()):
            more = _names_in(body) - live
            live |= more
            pending += more
    return live


def collect(node, live, bodies, owner=None):
    """Adds the names that `node` mentions at import time, and function bodies by what names them."""
    for child in ast.iter_child_nodes(node):
        if _is_main_block(child):
            continue
        if isinstance(child, FUNCTIONS):
            name = owner if owner and is_special(child.name) else child.name
            bodies.setdefault(name, []).append(child)
            for part in child.decorator_list + [child.args] + ([child.returns] if child.returns else []):
                live |= _names_in(part)
        elif isinstance(child, ast.ClassDef):
            for part in child.bases + child.keywords + child.decorator_list:
                live |= _names_in(part)
            collect(ast.Module(body=child.body, type_ignores=[]), live, bodies, child.name)
        else:
            live |= _own_names(child)
            collect(child, live, bodies, owner)


def _is_main_block(node):
    return isinstance(node, ast.If) and any(
        isinstance(each, ast.Constant) and each.value == "__main__" for each in ast.walk(node.test))


def is_special(name):
    return name.startswith("__") and name.endswith("__")


def _names_in(node):
    names = set()
    for each in ast.walk(node):
        names |= _own_names(each)
    return names


def _own_names(node):
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return {node.value}
    return set()
