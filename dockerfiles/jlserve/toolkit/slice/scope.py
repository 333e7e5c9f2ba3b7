"""What the names of a module stand for, as far as its text proves it."""

import ast
import builtins

from units import IMPORTS

#: Methods by which a class has a say when others are defined: with one of them in a file,
#: no class of that file is taken for a plain definition.
_HOOKS = {
    "__init_subclass__", "__pydantic_init_subclass__", "__class_getitem__", "__set_name__",
    "__get_pydantic_core_schema__", "__get_pydantic_json_schema__", "__prepare__",
    "__mro_entries__",
}


class Scope:
    def __init__(self, project, file, tree, units, members=()):
        self.project = project
        self.file = file
        #: name → the units that bind it
        self.bindings = _by_name(units)
        #: names of the class body that an expression stands in
        self.members = set(members)
        self.has_hooks = any(
            getattr(node, "name", None) in _HOOKS for node in ast.walk(tree)
        )

    def inside(self, members):
        """The same scope, for the body of a class."""
        inner = object.__new__(Scope)
        inner.__dict__.update(self.__dict__, members=self.members | set(members))
        return inner

    def qualified(self, expression):
        """"functools.wraps" for what certainly stands for that; None for what may be
        anything, such as names of the project's own modules."""
        if isinstance(expression, ast.Attribute):
            base = self.qualified(expression.value)
            return base + "." + expression.attr if base else None
        if not isinstance(expression, ast.Name) or expression.id in self.members:
            return None
        bound = self.bindings.get(expression.id)
        if not bound:
            return "builtins." + expression.id if hasattr(builtins, expression.id) else None
        if not all(isinstance(unit.node, IMPORTS) for unit in bound):
            return None
        meanings = {self._imported(unit.node, expression.id) for unit in bound}
        return meanings.pop() if len(meanings) == 1 else None

    def _imported(self, node, name):
        item = node.names[0]
        if isinstance(node, ast.ImportFrom):
            if node.level or not node.module or self.project.is_local(node.module):
                return None
            return node.module + "." + item.name
        if self.project.is_local(item.name):
            return None
        return item.name if item.asname else name

    def from_import(self, expression):
        """Whether an expression is an attribute of something imported, of anyone's."""
        while isinstance(expression, ast.Attribute):
            expression = expression.value
        bound = self.bindings.get(getattr(expression, "id", None))
        return bool(bound) and all(isinstance(unit.node, IMPORTS) for unit in bound)

    def single(self, name):
        """The one statement that binds a name, or None."""
        bound = self.bindings.get(name, ())
        if len(bound) != 1 or name in self.members:
            return None
        return bound[0].node


def _by_name(units):
    found = {}
    for unit in units:
        for name in unit.binds:
            found.setdefault(name, []).append(unit)
    return found
