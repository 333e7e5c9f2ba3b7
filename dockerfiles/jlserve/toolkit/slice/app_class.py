"""The app's class without jlserve: its members as units, its decorators taken off."""

import ast

from doubt import Doubt
from names import FUNCTIONS, SCOPES, names_of
from plain import is_plain, plain, plain_decorator
from self_uses import first_argument, members_used
from units import class_units

#: The class is made and called by these, whatever else it has.
_ENTRIES = ("__init__", "download_weights")

#: With one of these, any attribute may come from anywhere.
_ELUSIVE = {"__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__new__",
            "__init_subclass__", "__dir__", "__get__", "__set_name__"}


class AppClass:
    def __init__(self, file, node, scope):
        self.file, self.node = file, node
        self._check_head(scope)
        self.units = class_units(file, node, lambda item: _bared(item, scope, file))
        self.bindings = {}
        for unit in self.units:
            for name in unit.binds:
                self.bindings.setdefault(name, []).append(unit)
        self.scope = scope.inside(self.bindings)
        for name in sorted(_ELUSIVE & set(self.bindings)):
            raise Doubt(file, self.bindings[name][0].line, "defines {}()".format(name))
        if "download_weights" not in self.bindings:
            raise Doubt(file, node.lineno, "has a class without a download_weights() of its own")

    def _check_head(self, scope):
        node, file = self.node, self.file
        for base in node.bases:
            if scope.qualified(base) != "builtins.object":
                raise Doubt(file, base.lineno, "has an app class with a base class")
        if node.keywords:
            raise Doubt(file, node.lineno, "has an app class with keywords such as a metaclass")
        for decorator in node.decorator_list:
            if not _is_jlserve(decorator, "app", scope, file):
                raise Doubt(file, decorator.lineno, "has an app class with a further decorator")

    def starting_units(self):
        """Members that take part however little is used: the entries, special methods, and
        statements that are more than definitions."""
        return [
            unit for unit in self.units
            if any(name in _ENTRIES or _is_special(name) for name in unit.binds)
            or not is_plain(unit.node, self.scope)
        ]

    def check_reached(self, unit):
        """Raises Doubt where a member that is used hides what it does with self."""
        node = unit.node
        if isinstance(node, FUNCTIONS):
            for decorator in node.decorator_list:
                if not plain_decorator(decorator, self.scope):
                    raise Doubt(self.file, decorator.lineno,
                                "has a method with a decorator that may use self")
            return
        for value in self._values(node):
            for part in ast.walk(value):
                if isinstance(part, ast.Lambda):
                    raise Doubt(self.file, part.lineno, "makes a lambda a member of the class")
                if isinstance(part, ast.Call) and self.scope.qualified(part.func) is None:
                    raise Doubt(self.file, part.lineno,
                                "makes a member of the class by a call of the project's own code")
                if isinstance(part, ast.Name) and isinstance(
                        self.scope.single(part.id), FUNCTIONS):
                    raise Doubt(self.file, part.lineno, "makes a function a member of the class")

    def _values(self, node):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return [node.value] if node.value is not None else []
        # A class in the class is kept whole; any other statement is looked through.
        return [] if isinstance(node, SCOPES) else [node]

    def used_by(self, unit):
        """The members that a member uses. Raises Doubt."""
        node, names = unit.node, {self.node.name}
        if not isinstance(node, FUNCTIONS):
            return members_used(node, names, self.file) | (unit.needs & set(self.bindings))
        first = first_argument(node, self.file)
        used = members_used(node, names | ({first} if first else set()), self.file)
        # Of a method, only what stands around its body sees the class's own names.
        around = _copy(node, body=[ast.Pass()])
        return used | (names_of(around)[1] & set(self.bindings))

    def sliced(self, kept):
        """The class with the kept members only."""
        body = [unit.node for unit in self.units if unit in kept]
        fields = {name: getattr(self.node, name) for name in self.node._fields}
        fields.update(body=body or [ast.Pass()], decorator_list=[], bases=[])
        return ast.copy_location(ast.ClassDef(**fields), self.node)


def _is_special(name):
    return name.startswith("__") and name.endswith("__")


def _bared(node, scope, file):
    """A member without @jlserve.endpoint(), and without a docstring that none can see."""
    if not isinstance(node, FUNCTIONS):
        return node
    kept = [item for item in node.decorator_list if not _is_jlserve(item, "endpoint", scope, file)]
    body = node.body
    if node.name in _ENTRIES and ast.get_docstring(node, clean=False) is not None:
        body = body[1:] or [ast.copy_location(ast.Pass(), body[0])]
    return _copy(node, decorator_list=kept, body=body)


def _copy(node, **changes):
    fields = {name: getattr(node, name) for name in node._fields}
    return ast.copy_location(type(node)(**dict(fields, **changes)), node)


def _is_jlserve(decorator, name, scope, file):
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if scope.qualified(function) not in ("jlserve." + name, "jlserve.decorator." + name):
        return False
    if isinstance(decorator, ast.Call):
        values = decorator.args + [item.value for item in decorator.keywords]
        if not all(plain(item, scope) for item in values):
            raise Doubt(file, decorator.lineno,
                        "computes an argument of @jlserve.{}()".format(name))
    return True
