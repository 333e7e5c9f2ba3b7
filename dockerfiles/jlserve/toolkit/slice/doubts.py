"""Code that looks at the program itself, or hides that a name is missing: it may see what a
slice leaves out."""

import ast

from doubt import Doubt

#: Names and attributes that show what else a program has.
_NAMES = {
    "globals": "uses globals()", "locals": "uses locals()", "vars": "uses vars()",
    "dir": "uses dir()", "eval": "uses eval()", "exec": "uses exec()",
    "compile": "uses compile()", "super": "uses super()", "__import__": "uses __import__()",
    "__file__": "uses __file__", "__doc__": "uses __doc__", "__class__": "uses __class__",
    "__builtins__": "uses __builtins__", "__annotations__": "uses __annotations__",
    "__loader__": "uses __loader__", "__spec__": "uses __spec__",
    "get_type_hints": "uses get_type_hints()", "attrgetter": "uses attrgetter()",
    "methodcaller": "uses methodcaller()", "breakpoint": "uses breakpoint()",
}

_ATTRIBUTES = {
    "__dict__", "__globals__", "__code__", "__closure__", "__subclasses__", "__mro__",
    "__bases__", "__base__", "__doc__", "__annotations__", "__builtins__", "__self__",
    "__func__", "__wrapped__", "__file__", "__loader__", "__spec__", "__path__",
    "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "f_globals", "f_locals",
    "f_back", "f_builtins", "f_code", "tb_frame", "gi_frame", "_getframe", "_current_frames",
    "mro", "get_type_hints", "attrgetter", "methodcaller", "__defaults__", "__kwdefaults__",
    "__init_subclass__", "__reduce__", "__reduce_ex__", "__getstate__",
}

#: Modules whose use is looking at, or loading, other code.
_MODULES = {
    "inspect", "importlib", "builtins", "gc", "runpy", "pkgutil", "ast", "dis", "symtable",
    "code", "codeop", "imp", "zipimport", "traceback", "tracemalloc", "__main__", "dill",
    "cloudpickle", "marshal", "trace", "bdb", "pdb", "posix", "site",
}

#: Of importlib, what only reads packages' own descriptions.
_HARMLESS = ("importlib.metadata",)

#: Modules, and names, that load code which no import statement names.
_DYNAMIC_MODULES = {"importlib", "builtins", "runpy", "pkgutil", "imp", "zipimport", "__main__",
                    "dill", "cloudpickle", "site"}
_DYNAMIC_NAMES = {"__import__", "exec", "eval", "compile", "__builtins__", "__loader__", "__spec__"}
_DYNAMIC_ATTRIBUTES = {"__import__", "__loader__", "__spec__", "__path__", "f_globals", "f_builtins"}

#: Of sys, what decides where modules come from.
_SYS = {"modules", "path", "meta_path", "path_hooks", "path_importer_cache"}

_BROAD = {"Exception", "BaseException", "NameError", "UnboundLocalError", "AttributeError",
          "ImportError", "ModuleNotFoundError", "ExceptionGroup", "BaseExceptionGroup"}

_TRY_STAR = (ast.TryStar,) if hasattr(ast, "TryStar") else ()

_BY_NAME = {"getattr", "hasattr", "setattr", "delattr"}


def check_kept(unit, scope, file, in_app):
    """Raises Doubt at the first thing in a kept statement that a slice cannot follow.
    `in_app`: whether it belongs to the app's class."""
    called = {
        id(item.func) for item in ast.walk(unit.node) if isinstance(item, ast.Call)
    }
    optional = {
        id(handler) for item in ast.walk(unit.node)
        if isinstance(item, (ast.Try,) + _TRY_STAR) and _only_imports(item.body)
        for handler in item.handlers
    }
    for item in _in_order(unit.node):
        what = _looks(item) or _imports(item)
        if id(item) not in optional:
            what = what or _swallows(item, scope)
        if isinstance(item, ast.Name) and not what:
            what = _named(item, unit, scope, in_app)
            if item.id in _BY_NAME and id(item) not in called:
                what = "uses {}() as a value".format(item.id)
        if isinstance(item, ast.Call):
            what = what or _computes_name(item, scope)
        if what:
            raise Doubt(file, getattr(item, "lineno", unit.line), what)


def loads_code(tree):
    """(line, sentence) of the first thing that loads code which no import names, or None."""
    for item in _in_order(tree):
        name = None
        if isinstance(item, ast.Name) and item.id in _DYNAMIC_NAMES:
            name = item.id
        elif isinstance(item, ast.Attribute):
            name = item.attr if item.attr in _DYNAMIC_ATTRIBUTES else _of_sys(item)
        else:
            name = next((top for top in _tops(item) if top in _DYNAMIC_MODULES), None)
        if name:
            return item.lineno, "uses {}, which can load any module".format(name)
    return None


def _in_order(node):
    """Nodes as they are read; without recursion, however deep a sum is."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(ast.iter_child_nodes(node)))


def _looks(item):
    if not isinstance(item, ast.Attribute):
        return None
    if _of_sys(item):
        return "uses " + _of_sys(item)
    return "uses {}".format(item.attr) if item.attr in _ATTRIBUTES else None


def _named(item, unit, scope, in_app):
    """A name that stands for one of Python's own, not for a variable called like it."""
    special = item.id.startswith("__")
    if item.id == "super" and not in_app:
        # Other classes are kept whole, with their bases.
        return None
    if special or (item.id in unit.needs and item.id not in scope.bindings):
        return _NAMES.get(item.id)
    return None


def _of_sys(item):
    """What an attribute is, if it decides where modules come from."""
    if item.attr in _SYS and isinstance(item.value, ast.Name) and item.value.id == "sys":
        return "sys." + item.attr
    return None


def _tops(item):
    """Top-level modules that a node imports, but for their harmless parts."""
    if isinstance(item, ast.Import):
        return [name.name.split(".")[0] for name in item.names if name.name not in _HARMLESS]
    if isinstance(item, ast.ImportFrom) and item.module and not item.level:
        if item.module in _HARMLESS:
            return []
        if all(item.module + "." + name.name in _HARMLESS for name in item.names):
            return []
        return [item.module.split(".")[0]]
    return []


def _imports(item):
    if isinstance(item, ast.ImportFrom):
        if any(name.name == "*" for name in item.names):
            return "imports everything from {}".format(item.module)
        for name in item.names:
            if item.module == "sys" and name.name in _SYS:
                return "uses sys." + name.name
    for top in _tops(item):
        if top in _MODULES:
            return "uses {}".format(top)
    return None


def _computes_name(item, scope):
    if not isinstance(item.func, ast.Name) or item.func.id not in _BY_NAME or len(item.args) < 2:
        return None
    # What a library has, no slice leaves out.
    if isinstance(item.args[1], ast.Constant) or scope.qualified(item.args[0]) is not None:
        return None
    return "uses {}() with a computed name".format(item.func.id)


def _swallows(item, scope):
    if isinstance(item, ast.ExceptHandler):
        what = _broad(item.type, scope)
        return "catches {}, which hides a name that is missing".format(what) if what else None
    if isinstance(item, ast.Call) and scope.qualified(item.func) == "contextlib.suppress":
        for argument in item.args:
            what = _broad(argument, scope)
            if what:
                return "suppresses {}, which hides a name that is missing".format(what)
    return None


def _only_imports(body):
    """Imports, and constants that say which of them worked."""
    return all(
        isinstance(item, (ast.Import, ast.ImportFrom, ast.Pass))
        or (isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
            and all(isinstance(target, ast.Name) for target in item.targets))
        for item in body
    )


def _broad(node, scope):
    """What an except clause names that covers missing names; None for a narrow one."""
    if node is None:
        return "everything"
    if isinstance(node, ast.Tuple):
        return next((what for what in (_broad(item, scope) for item in node.elts) if what), None)
    name = scope.qualified(node)
    if name is not None:
        last = name[len("builtins."):] if name.startswith("builtins.") else None
        return last if last in _BROAD else None
    if isinstance(node, ast.Name) and isinstance(scope.single(node.id), ast.ClassDef):
        return None
    if isinstance(node, (ast.Name, ast.Attribute)) and scope.from_import(node):
        return None
    return "exceptions that are computed"
