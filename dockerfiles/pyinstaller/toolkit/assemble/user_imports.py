"""What a file of the user's imports, where, and whether it can do without."""

import ast

#: except* is newer than the oldest Python that this runs on.
_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))

_CAUGHT = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}

#: A condition that speaks of one of these says where the import is meant to work.
_CIRCUMSTANCES = {
    "TYPE_CHECKING", "platform", "version_info", "find_spec", "python_implementation",
    "implementation", "system",
}


class Import:
    """module; name: of what is taken out of it, or None; line; delayed: inside a function;
    soft: the app can do without it; instead_of: lists of imports, of each of which one must
    be missing before this one is run (the handlers of `except ImportError`)."""

    def __init__(self, module, name, line, context):
        self.module, self.name, self.line = module, name, line
        self.delayed, self.soft, self.instead_of = context

    def reaches(self, missing):
        """Does this import, as a module, what is missing?"""
        return (self.module + ".").startswith(missing + ".")


def imports_of(source, module, is_package):
    """All imports of a source, in order; [] for what cannot be parsed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    package = module if is_package else module.rpartition(".")[0]
    return list(_in_block(tree.body, package, (False, False, ())))


def _in_block(nodes, package, context):
    for node in nodes:
        yield from _in_node(node, package, context)


def _in_node(node, package, context):
    delayed, soft, instead_of = context
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, None, node.lineno, context)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, package)
        for alias in node.names if base else ():
            yield Import(base, alias.name, node.lineno, context)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _in_block(node.body, package, (True, soft, instead_of))
    elif isinstance(node, _TRIES) and any(_catches(handler) for handler in node.handlers):
        tried = list(_in_block(node.body, package, (delayed, True, instead_of)))
        yield from tried
        # A handler is run when what was tried is missing; without any, nobody knows when.
        otherwise = (delayed, soft or not tried, instead_of + (tried,))
        for handler in node.handlers:
            yield from _in_block(handler.body, package, otherwise)
        yield from _in_block(node.orelse, package, (delayed, True, instead_of))
        yield from _in_block(node.finalbody, package, context)
    elif isinstance(node, ast.If) and _is_circumstance(node.test):
        yield from _in_block(node.body + node.orelse, package, (delayed, True, instead_of))
    elif isinstance(node, (ast.With, ast.AsyncWith)) and any(_suppresses(i) for i in node.items):
        yield from _in_block(node.body, package, (delayed, True, instead_of))
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.stmt, ast.excepthandler)) or hasattr(child, "body"):
                yield from _in_node(child, package, context)


def _absolute(node, package):
    """The module that `from … import` names, or None above the topmost package."""
    if not node.level:
        return node.module
    parts = package.split(".") if package else []
    if node.level > len(parts):
        return None
    kept = parts[:len(parts) - node.level + 1]
    return ".".join(kept + ([node.module] if node.module else []))


def _catches(handler):
    return handler.type is None or bool(_names(handler.type) & _CAUGHT)


def _suppresses(item):
    call = item.context_expr
    return isinstance(call, ast.Call) and "suppress" in _names(call.func) and any(
        _names(argument) & _CAUGHT for argument in call.args)


def _is_circumstance(test):
    names = _names(test)
    on_os = isinstance(test, ast.Compare) and {"os", "name"} <= names
    return bool(names & _CIRCUMSTANCES) or on_os


def _names(node):
    return {child.id if isinstance(child, ast.Name) else child.attr for child in ast.walk(node)
            if isinstance(child, (ast.Name, ast.Attribute))}
