"""What code takes from the app's object and class: `self.X`, `cls.X`, `Demo.X`,
`type(self).X`. Where it hands the object or class on, nobody knows what is taken."""

import ast

from doubt import Doubt

_BY_NAME = {"getattr", "hasattr", "setattr", "delattr"}


def members_used(node, names, file):
    """The members that a node takes from the object or class, which `names` stand for.
    Raises Doubt."""
    uses = _Uses(set(names), file)
    uses.visit(node)
    return uses.members


def first_argument(function, file):
    """The name that a method has for its object or class; None for a static method."""
    if any(isinstance(item, ast.Name) and item.id == "staticmethod"
           for item in function.decorator_list):
        return None
    arguments = function.args.posonlyargs + function.args.args
    if not arguments:
        raise Doubt(file, function.lineno, "has a method without a name for self")
    return arguments[0].arg


class _Uses(ast.NodeVisitor):
    def __init__(self, names, file):
        self.members = set()
        self._names = names
        self._file = file

    def _stands_for(self, node):
        """The object or its class: self, type(self), self.__class__."""
        if isinstance(node, ast.Name):
            return node.id in self._names
        if isinstance(node, ast.Attribute):
            return node.attr == "__class__" and self._stands_for(node.value)
        return (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            and node.func.id == "type" and len(node.args) == 1 and not node.keywords
            and self._stands_for(node.args[0])
        )

    def visit_Attribute(self, node):
        if self._stands_for(node):
            raise Doubt(self._file, node.lineno, "passes the app's class on as a value")
        if self._stands_for(node.value):
            self.members.add(node.attr)
        else:
            self.generic_visit(node)

    def visit_Call(self, node):
        by_name = isinstance(node.func, ast.Name) and node.func.id in _BY_NAME
        if by_name and len(node.args) > 1 and self._stands_for(node.args[0]):
            name = node.args[1]
            if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                raise Doubt(self._file, node.lineno,
                            "uses {}() with a computed name".format(node.func.id))
            self.members.add(name.value)
            for item in node.args[2:]:
                self.visit(item)
            return
        self.generic_visit(node)

    def visit_Name(self, node):
        if node.id not in self._names:
            return
        if isinstance(node.ctx, ast.Load):
            raise Doubt(self._file, node.lineno, "passes {} on as a value".format(node.id))
        raise Doubt(self._file, node.lineno, "gives the name {} to something else".format(node.id))

    # Annotations name the class without taking anything of it.

    def visit_arg(self, node):
        pass

    def visit_AnnAssign(self, node):
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node):
        for item in node.decorator_list + [node.args] + node.body:
            self.visit(item)

    visit_AsyncFunctionDef = visit_FunctionDef
