"""A module, and a class, as units: the statements that a slice keeps or leaves out."""

import ast

from doubt import Doubt
from names import FUNCTIONS, names_of

IMPORTS = (ast.Import, ast.ImportFrom)


class Unit:
    """A statement; of an import, one name."""

    def __init__(self, file, node, prefix=""):
        self.node = node
        self.line = node.lineno
        try:
            self.binds, self.needs = names_of(node)
            self.text = ast.unparse(node)
        except (ValueError, SyntaxError, RecursionError) as error:
            raise Doubt(file, node.lineno, "cannot be written down again ({})".format(error))
        self.name = prefix + self._label()

    @property
    def is_import(self):
        return isinstance(self.node, IMPORTS)

    def _label(self):
        if self.is_import:
            return self.text
        if isinstance(self.node, FUNCTIONS + (ast.ClassDef,)):
            return self.node.name
        if isinstance(self.node, (ast.Assign, ast.AnnAssign)) and self.binds:
            return ", ".join(sorted(self.binds))
        first = self.text.split("\n", 1)[0]
        return first if len(first) <= 60 else first[:57] + "..."


def module_units(file, tree):
    return [Unit(file, node) for statement in tree.body for node in _split(statement)]


def class_units(file, class_node, without_decorators):
    """The units of a class's body; `without_decorators` gives a method without those
    that are not to be run."""
    return [
        Unit(file, without_decorators(node), class_node.name + ".")
        for statement in class_node.body for node in _split(statement)
    ]


def _split(statement):
    """One statement for each name of an import. Nothing for what has no effect at all."""
    if isinstance(statement, ast.Pass) or is_text(statement):
        return []
    if not isinstance(statement, IMPORTS) or len(statement.names) == 1:
        return [statement]
    fields = {name: getattr(statement, name) for name in statement._fields}
    return [
        ast.copy_location(type(statement)(**dict(fields, names=[item])), statement)
        for item in statement.names
    ]


def is_text(statement):
    """A docstring, or another constant that stands alone."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
