"""Which statements are provably plain definitions: they bind names and do nothing else, so
that leaving them out changes nothing for code that does not use these names."""

import ast

from names import FUNCTIONS
from units import is_text

_DECORATORS = {
    "builtins.staticmethod", "builtins.classmethod", "builtins.property",
    "functools.lru_cache", "functools.cache", "functools.cached_property", "functools.wraps",
    "functools.total_ordering", "contextlib.contextmanager", "contextlib.asynccontextmanager",
    "abc.abstractmethod", "dataclasses.dataclass", "enum.unique",
    "typing.overload", "typing.final", "typing.runtime_checkable",
    "typing_extensions.overload", "typing_extensions.final", "typing_extensions.override",
    "torch.no_grad", "torch.inference_mode",
    "pydantic.field_validator", "pydantic.model_validator", "pydantic.validator",
    "pydantic.root_validator", "pydantic.computed_field", "pydantic.field_serializer",
    "pydantic.model_serializer", "pydantic.dataclasses.dataclass",
}

#: Calls that only make a value of what they are given.
_CALLS = {
    "os.environ.get", "os.getenv", "os.path.join", "pathlib.Path", "pathlib.PurePath",
    "re.compile", "typing.TypeVar", "typing.ParamSpec", "typing.NewType",
    "typing_extensions.TypeVar", "collections.namedtuple", "collections.OrderedDict",
    "collections.defaultdict", "dataclasses.field", "enum.auto", "decimal.Decimal",
    "fractions.Fraction", "datetime.timedelta", "uuid.UUID", "functools.partial",
    "pydantic.Field", "pydantic.ConfigDict", "pydantic.PrivateAttr", "pydantic.SettingsConfigDict",
    "pydantic_settings.SettingsConfigDict", "builtins.object", "builtins.frozenset",
}

#: Calls that look into their arguments: of simple values only.
_CALLS_OF_SIMPLE = {"builtins." + name for name in (
    "dict", "list", "set", "tuple", "str", "int", "float", "bool", "bytes", "bytearray",
    "complex", "len", "range", "min", "max", "sum", "sorted", "abs", "round", "slice",
)}

_BASES = {
    "builtins.object", "abc.ABC", "pydantic.BaseModel", "pydantic.RootModel",
    "pydantic_settings.BaseSettings", "typing.NamedTuple", "typing.TypedDict",
    "typing.Protocol", "typing.Generic", "typing_extensions.TypedDict",
    "typing_extensions.Protocol", "torch.nn.Module", "torch.utils.data.Dataset",
    "threading.Thread", "enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag",
} | {"builtins." + name for name in (
    "str", "int", "float", "dict", "list", "set", "tuple", "Exception", "BaseException",
    "ValueError", "TypeError", "RuntimeError", "KeyError", "LookupError", "OSError", "IOError",
    "ArithmeticError", "NotImplementedError", "Warning", "UserWarning",
)}

#: Defining one of these runs its own methods.
_ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
_ENUM_METHODS = {"__init__", "__new__", "_generate_next_value_", "__init_subclass__", "__hash__",
                 "__eq__", "__set__"}

_GENERIC = ("builtins.", "typing.", "typing_extensions.", "collections.abc.", "collections.",
            "numpy.typing.", "os.environ")

_TYPE_ALIAS = getattr(ast, "TypeAlias", ())

_DEPTH = 40


def is_plain(node, scope):
    """Whether a statement is nothing but a definition."""
    if isinstance(node, FUNCTIONS):
        return plain_function(node, scope)
    if isinstance(node, ast.ClassDef):
        return _class(node, scope)
    if isinstance(node, ast.Assign):
        return all(_target(item, node.value) for item in node.targets) and plain(node.value, scope)
    if isinstance(node, ast.AnnAssign):
        return (
            isinstance(node.target, ast.Name) and _annotation(node.annotation, scope)
            and (node.value is None or plain(node.value, scope))
        )
    if isinstance(node, ast.Delete):
        return all(isinstance(item, ast.Name) for item in node.targets)
    if isinstance(node, _TYPE_ALIAS) or isinstance(node, ast.Pass) or is_text(node):
        return True
    return never_runs(node, scope)


def never_runs(node, scope):
    """`if __name__ == "__main__":` and `if TYPE_CHECKING:`, without an else."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = node.test
    if scope.qualified(test) in ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"):
        return True
    return (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)
        and isinstance(test.left, ast.Name) and test.left.id == "__name__"
        and "__name__" not in scope.bindings
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )


def _target(target, value):
    """A name, or as many names as there are values."""
    if isinstance(target, ast.Name):
        return True
    return (
        isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List))
        and len(target.elts) == len(value.elts)
        and all(isinstance(item, ast.Name) for item in target.elts)
        and not any(isinstance(item, ast.Starred) for item in value.elts)
    )


def plain_function(node, scope):
    arguments = node.args
    defaults = arguments.defaults + [item for item in arguments.kw_defaults if item is not None]
    every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
    every += [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
    annotations = [item.annotation for item in every] + [node.returns]
    return (
        all(plain_decorator(item, scope) for item in node.decorator_list)
        and all(plain(item, scope) for item in defaults)
        and all(item is None or _annotation(item, scope) for item in annotations)
    )


def plain_decorator(node, scope):
    """A decorator that only wraps what it is given."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        # @name.setter on a property of the same class.
        if node.attr in ("setter", "getter", "deleter") and node.value.id in scope.members:
            return True
    function = node.func if isinstance(node, ast.Call) else node
    if scope.qualified(function) not in _DECORATORS:
        return False
    return not isinstance(node, ast.Call) or _arguments(node, scope, plain)


def _arguments(node, scope, test):
    values = list(node.args) + [item.value for item in node.keywords]
    return all(item.arg for item in node.keywords) and all(test(item, scope) for item in values)


def _class(node, scope):
    if scope.has_hooks or not all(plain_decorator(item, scope) for item in node.decorator_list):
        return False
    bases = [_base(item, scope, 0) for item in node.bases]
    if not all(bases):
        return False
    known = set().union(*bases) if bases else set()
    if node.keywords:
        # pydantic takes its settings so; anywhere else it may be a metaclass.
        if not any(item.startswith("pydantic.") for item in known):
            return False
        if not all(item.arg and item.arg != "metaclass" and isinstance(item.value, ast.Constant)
                   for item in node.keywords):
            return False
    if known & _ENUMS and any(getattr(item, "name", None) in _ENUM_METHODS for item in node.body):
        return False
    inner = scope.inside(_bound_in(node.body))
    return all(is_plain(item, inner) and _inert_value(item, inner) for item in node.body)


def _bound_in(body):
    found = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
        if hasattr(statement, "name") and isinstance(statement.name, str):
            found.add(statement.name)
    return found


def _base(node, scope, depth):
    """The known classes that a base leads to; empty for any other."""
    if isinstance(node, ast.Subscript):
        return _base(node.value, scope, depth) if _annotation(node.slice, scope) else set()
    name = scope.qualified(node)
    if name in _BASES:
        return {name}
    single = scope.single(node.id) if isinstance(node, ast.Name) else None
    if depth > _DEPTH or not isinstance(single, ast.ClassDef) or not _class(single, scope):
        return set()
    found = [_base(item, scope, depth + 1) for item in single.bases]
    if not all(found):
        return set()
    methods = {getattr(item, "name", None) for item in single.body}
    known = set().union({"builtins.object"}, *found)
    # What an enumeration inherits runs when it is defined.
    return set() if known & _ENUMS and methods & _ENUM_METHODS else known


def _inert_value(statement, scope):
    """A class tells its attributes' values their names (__set_name__): they must be values
    that do not listen."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(value, ast.Name):
        return True
    return (
        simple(value, scope) or value.id in scope.members or scope.qualified(value) is not None
        or isinstance(scope.single(value.id), FUNCTIONS + (ast.ClassDef,))
    )


def plain(node, scope, depth=0):
    """Whether evaluating an expression can do nothing but make a value."""
    if depth > _DEPTH:
        return False
    if isinstance(node, (ast.Constant, ast.Name)):
        return True
    if isinstance(node, ast.Lambda):
        defaults = node.args.defaults + [item for item in node.args.kw_defaults if item]
        return all(plain(item, scope, depth + 1) for item in defaults)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(plain(item, scope, depth + 1) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(
            item is not None and plain(item, scope, depth + 1) for item in node.keys + node.values
        )
    if isinstance(node, ast.Attribute):
        return scope.qualified(node) is not None
    if isinstance(node, ast.Call):
        name = scope.qualified(node.func)
        if name in _CALLS:
            return _arguments(node, scope, lambda item, _: plain(item, scope, depth + 1))
        return name in _CALLS_OF_SIMPLE and _arguments(node, scope, simple)
    if isinstance(node, ast.Subscript) and (scope.qualified(node.value) or "").startswith(_GENERIC):
        return _annotation(node.slice, scope)
    return simple(node, scope, depth)


def simple(node, scope, depth=0):
    """Whether an expression is made of Python's own values alone, whose operators are known."""
    def inner(item):
        return simple(item, scope, depth + 1)

    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        single = scope.single(node.id)
        return (
            isinstance(single, ast.Assign) and isinstance(single.targets[0], ast.Name)
            and inner(single.value)
        )
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(inner(item) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(item is not None and inner(item) for item in node.keys + node.values)
    if isinstance(node, ast.BinOp):
        return inner(node.left) and inner(node.right)
    if isinstance(node, ast.UnaryOp):
        return inner(node.operand)
    if isinstance(node, ast.BoolOp):
        return all(inner(item) for item in node.values)
    if isinstance(node, ast.Compare):
        return inner(node.left) and all(inner(item) for item in node.comparators)
    if isinstance(node, ast.IfExp):
        return inner(node.test) and inner(node.body) and inner(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return all(
            isinstance(item, ast.Constant) or (inner(item.value) and item.format_spec is None)
            for item in node.values
        )
    if isinstance(node, ast.Subscript):
        return inner(node.value) and not isinstance(node.slice, ast.Slice) and inner(node.slice)
    return False


def _annotation(node, scope):
    """Whether an annotation only names types."""
    if isinstance(node, (ast.Constant, ast.Name)):
        return True
    if isinstance(node, ast.Attribute):
        return _annotation(node.value, scope)
    if isinstance(node, ast.Subscript):
        return not scope.has_hooks and _annotation(node.value, scope) and _annotation(node.slice, scope)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_annotation(item, scope) for item in node.elts)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and _annotation(node.left, scope) and _annotation(
            node.right, scope)
    return isinstance(node, ast.Call) and plain(node, scope)
