"""Python sources without the function bodies that an analysis has no need of.

The analysis follows import statements, wherever they stand, and looks for calls that load
libraries or ask for a package's metadata. It runs code of the project only where a package of it
is imported to collect its parts. So of a function that nothing names at import time, the imports
and those calls are left. Should one be called after all, it says so in a file: the analysis is
not used then.
"""

import ast

import ob

#: Where an outlined function tells that it was called.
CALLED = "outline-called"

#: Calls that PyInstaller and its hooks look for in the code of modules.
_SOUGHT = {
    # ctypes (PyInstaller/depend/utils.py)
    "CDLL", "WinDLL", "OleDLL", "PyDLL", "LoadLibrary", "find_library",
    # importlib.metadata, pkg_resources (PyInstaller/depend/analysis.py)
    "metadata", "distribution", "version", "files", "requires", "get_distribution", "require",
    # matplotlib (its hook)
    "use",
}

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "orelse", "finalbody")


def outlines(sources, scripts=()):
    """{path: bytes} of `sources` (the same) that have an outline; the others stay as they are.
    scripts: paths of what runs as the program: no analysis calls what they call at their top."""
    trees = {}
    for path, source in sources.items():
        try:
            trees[path] = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
    live = _names_at_import(trees, scripts)
    reduced = {}
    for path, tree in trees.items():
        _Reducer(live).visit(tree)
        reduced[path] = (ast.unparse(ast.fix_missing_locations(tree)) + "\n").encode()
    return reduced


def _names_at_import(trees, scripts):
    """Names of what may run when a module is imported, by what import-time code mentions."""
    bodies = {}
    live = set()
    for path, tree in trees.items():
        _collect(tree, set() if path in scripts else live, bodies)
    pending = list(live)
    while pending:
        for body in bodies.pop(pending.pop(), ()):
            more = _names_in(body) - live
            live |= more
            pending += more
    return live


def _collect(node, live, bodies, owner=None):
    """Adds the names that `node` mentions at import time, and function bodies by what names them."""
    for child in ast.iter_child_nodes(node):
        if _is_main_block(child):
            continue
        if isinstance(child, _FUNCTIONS):
            name = owner if owner and _is_special(child.name) else child.name
            bodies.setdefault(name, []).append(child)
            for part in child.decorator_list + [child.args] + ([child.returns] if child.returns else []):
                live |= _names_in(part)
        elif isinstance(child, ast.ClassDef):
            for part in child.bases + child.keywords + child.decorator_list:
                live |= _names_in(part)
            _collect(ast.Module(body=child.body, type_ignores=[]), live, bodies, child.name)
        else:
            live |= _own_names(child)
            _collect(child, live, bodies, owner)


def _is_main_block(node):
    return isinstance(node, ast.If) and any(
        isinstance(each, ast.Constant) and each.value == "__main__" for each in ast.walk(node.test))


def _is_special(name):
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


class _Reducer(ast.NodeTransformer):
    def __init__(self, live):
        self._live = live
        self._owner = []

    def visit_ClassDef(self, node):
        self._owner.append(node.name)
        self.generic_visit(node)
        self._owner.pop()
        return node

    def visit_FunctionDef(self, node):
        name = self._owner[-1] if self._owner and _is_special(node.name) else node.name
        if name not in self._live:
            sought = [ast.Expr(value=each) for statement in node.body for each in ast.walk(statement)
                      if isinstance(each, ast.Call) and _last_name(each.func) in _SOUGHT]
            node.body = _said() + _imports_of(node.body) + sought
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


def _last_name(node):
    return getattr(node, "attr", None) or getattr(node, "id", None)


def _said():
    """An expression, not a `raise`: what follows that would not be compiled."""
    return ast.parse("open({!r}, 'a').write('called\\n')".format(ob.out(CALLED))).body


def _imports_of(statements):
    """The imports among statements, within the blocks that they stand in: those tell the
    analysis how much an import matters."""
    kept = []
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kept.append(node)
        elif isinstance(node, _FUNCTIONS):
            kept += _imports_of(node.body)
        elif isinstance(node, ast.If):
            body, orelse = _imports_of(node.body), _imports_of(node.orelse)
            if body or orelse:
                kept.append(ast.If(test=ast.Name("_", ast.Load()), body=body or [ast.Pass()], orelse=orelse))
        elif isinstance(node, ast.Try):
            body = _imports_of(node.body)
            handled = [each for handler in node.handlers for each in _imports_of(handler.body)]
            after = _imports_of(node.orelse) + _imports_of(node.finalbody)
            if body or handled:
                handler = ast.ExceptHandler(type=None, name=None, body=handled or [ast.Pass()])
                kept.append(ast.Try(body=body or [ast.Pass()], handlers=[handler], orelse=[], finalbody=[]))
            kept += after
        else:
            kept += _imports_of(_statements_in(node))
    return kept


def _statements_in(node):
    found = []
    for name in _BLOCKS:
        found += getattr(node, name, None) or []
    for case in getattr(node, "cases", ()):
        found += case.body
    return found
