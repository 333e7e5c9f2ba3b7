"""Which names a statement binds in the scope it stands in, and which names it needs from
there or from the module: as Python's own symbol table sees them, nested scopes included."""

import ast
import symtable

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = FUNCTIONS + (ast.Lambda, ast.ClassDef)


def names_of(statement):
    """(bound, needed) of one statement; each a set. Raises ValueError where Python cannot
    write the statement down again."""
    text = ast.unparse(ast.Module([statement], []))
    bound, needed = set(), set()
    _collect(symtable.symtable(text, "statement", "exec"), bound, needed)
    for node in ast.walk(statement):
        # The table takes both for bindings alone, but they need the old value.
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            needed.add(node.target.id)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            needed.add(node.id)
        for annotation in annotations_of(node):
            needed |= annotation_names(annotation)
    # A walrus inside a comprehension binds outside of it.
    for node in _own_nodes(statement):
        if isinstance(node, ast.NamedExpr):
            bound.add(node.target.id)
    return bound, needed


def _collect(table, bound, needed):
    kind = table.get_type()
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if kind == "module":
            if symbol.is_assigned() or symbol.is_imported():
                bound.add(name)
            if symbol.is_referenced():
                needed.add(name)
        elif kind == "class":
            # A class looks a name up in the module, too, until it has bound it itself.
            if symbol.is_referenced():
                needed.add(name)
        if kind != "module" and symbol.is_global():
            needed.add(name)
    for child in table.get_children():
        _collect(child, bound, needed)


def annotations_of(node):
    """The annotations that a node carries itself."""
    if isinstance(node, FUNCTIONS):
        return [node.returns] if node.returns is not None else []
    if isinstance(node, ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.arg):
        return [node.annotation] if node.annotation is not None else []
    return []


def annotation_names(annotation):
    """Names in an annotation, also in one that is written as a string."""
    found = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value, mode="eval")
            except (SyntaxError, ValueError):
                continue
            found |= {item.id for item in ast.walk(inner) if isinstance(item, ast.Name)}
    return found


def _own_nodes(statement):
    """Nodes that belong to the statement's own scope."""
    pending = [statement]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, SCOPES):
            # What stands around a function's body is evaluated outside of it.
            pending += getattr(node, "decorator_list", [])
            arguments = getattr(node, "args", None)
            if isinstance(arguments, ast.arguments):
                pending += arguments.defaults + [item for item in arguments.kw_defaults if item]
            pending += getattr(node, "bases", [])
        else:
            pending += ast.iter_child_nodes(node)
