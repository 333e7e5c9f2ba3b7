"""The slice of an app file: what making the app's object and calling download_weights()
reaches, and every statement that may do more than define."""

import ast

from app_class import AppClass
from doubt import Doubt
from doubts import check_kept
from local_code import is_plain_module, names_by_string
from plain import is_plain
from scope import Scope
from self_uses import members_used
from units import IMPORTS, module_units

#: Names of the module that only tell about it; other special names may be asked for by Python.
_TELLING = {"__all__", "__version__", "__author__", "__license__", "__email__", "__copyright__",
            "__date__", "__credits__", "__maintainer__", "__status__", "__description__"}


class Slice:
    """`text`: the sliced file; `units`: [(name, line, text)] of what it keeps."""

    def __init__(self, text, units):
        self.text, self.units = text, units


def slice_file(project, file, class_name):
    """Slices the app file. Raises Doubt where that cannot be trusted."""
    return _Reach(project, file, class_name).run()


class _Reach:
    def __init__(self, project, file, class_name):
        self._project, self._file = project, file
        tree = project.tree(file)
        self._units = module_units(file, tree)
        self._scope = Scope(project, file, tree, self._units)
        found = [unit for unit in self._units if class_name in unit.binds]
        if len(found) != 1 or not isinstance(found[0].node, ast.ClassDef):
            line = found[-1].line if found else None
            raise Doubt(file, line, "does not define {} by one plain class statement".format(class_name))
        self._class_unit = found[0]
        self._class = AppClass(file, found[0].node, self._scope)
        self._kept, self._members = set(), set()
        self._pending = []
        self._needed = set()

    def run(self):
        for unit in self._units:
            if unit is not self._class_unit and self._always(unit):
                self._keep(unit)
        for unit in self._class.starting_units():
            self._keep_member(unit)
        for name in ("__init__", "download_weights"):
            self._reach_member(name)
        self._settle()
        # What decides anew: an import joins when its package is used by another name, and
        # a member when a string names it.
        while self._join():
            self._settle()
        return self._finish()

    # ── what is kept from the start ──

    def _always(self, unit):
        node = unit.node
        if isinstance(node, IMPORTS):
            return self._import_counts(unit)
        if any(name.startswith("__") and name.endswith("__") and name not in _TELLING
               for name in unit.binds):
            return True
        return not is_plain(node, self._scope)

    def _import_counts(self, unit):
        """An import that nothing refers to is there for its effects."""
        node = unit.node
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return True
        if any(item.name == "*" for item in node.names):
            raise Doubt(self._file, unit.line, "imports everything from {}".format(node.module))
        own = self._project.imports(self._file, ast.Module([node], []))[1]
        if self._file in own:
            raise Doubt(self._file, unit.line, "imports itself")
        if not all(is_plain_module(self._project, file) for file in sorted(own)):
            return True
        return not any(unit.binds & other.needs for other in self._units)

    # ── following ──

    def _keep(self, unit):
        if unit in self._kept or unit is self._class_unit:
            return
        self._kept.add(unit)
        for member in members_used(unit.node, {self._class.node.name}, self._file):
            self._reach_member(member)
        self._need(unit.needs)

    def _keep_member(self, unit):
        if unit in self._members:
            return
        self._members.add(unit)
        for member in self._class.used_by(unit):
            self._reach_member(member)
        self._need(unit.needs)

    def _reach_member(self, name):
        for unit in self._class.bindings.get(name, ()):
            self._class.check_reached(unit)
            self._keep_member(unit)

    def _need(self, names):
        for name in names - self._needed:
            self._needed.add(name)
            self._pending.append(name)

    def _settle(self):
        while self._pending:
            name = self._pending.pop()
            for unit in self._scope.bindings.get(name, ()):
                self._keep(unit)

    def _join(self):
        before = len(self._kept) + len(self._members)
        packages = {
            top for unit in self._kept | self._members for top in _packages(unit.node)
        }
        for file in self._own_files():
            packages |= _packages(self._project.tree(file))
        for unit in self._units:
            if isinstance(unit.node, IMPORTS) and packages & _packages(unit.node):
                self._keep(unit)
        for name in sorted(self._named()):
            self._reach_member(name)
        return len(self._kept) + len(self._members) > before

    def _named(self):
        """Names that kept code, other files included, takes by getattr(x, "name")."""
        trees = [unit.node for unit in self._kept | self._members]
        trees += [self._project.tree(file) for file in self._own_files()]
        return set().union(*(names_by_string(tree) for tree in trees))

    def _own_files(self):
        """The project's other modules that kept code imports."""
        own = set()
        for unit in self._kept | self._members:
            own |= self._project.imports(self._file, ast.Module([unit.node], []))[1]
        return sorted(file for file in self._project.closure(own) if file.endswith(".py"))

    # ── the result ──

    def _finish(self):
        nodes = []
        for unit in self._units:
            if unit is self._class_unit:
                nodes.append(self._class.sliced(self._members))
            elif unit in self._kept:
                nodes.append(unit.node)
        for unit in sorted(self._kept | self._members, key=lambda item: item.line):
            check_kept(unit, self._scope, self._file, in_app=unit in self._members)
        text = _written(self._file, nodes)
        kept = [unit for unit in self._units if unit in self._kept]
        kept += [unit for unit in self._class.units if unit in self._members]
        units = [(unit.name, unit.line, unit.text) for unit in sorted(kept, key=lambda item: item.line)]
        return Slice(text, units)


def _packages(tree):
    """Top-level modules that code imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {item.name.split(".")[0] for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _written(file, nodes):
    """The text of the statements, proved to read as they do."""
    module = ast.Module(nodes, [])
    try:
        text = ast.unparse(module) + "\n"
        same = ast.dump(ast.parse(text)) == ast.dump(module)
    except (ValueError, SyntaxError, RecursionError) as error:
        raise Doubt(file, None, "cannot be written down again ({})".format(error))
    if not same:
        raise Doubt(file, None, "does not read the same once it is written down again")
    return text

