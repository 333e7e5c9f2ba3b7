"""The project's own modules: which files an import names, and what these import in turn."""

import ast
import importlib.machinery
import os
import sys

from doubt import Doubt

#: Folders that many projects and some careless wheels have; no library imports them.
_NEVER_SHADOWING = {"test", "tests"}


class Project:
    """The user's files, by their paths relative to the project's root."""

    def __init__(self, root):
        self.root = root
        self.files, self.folders = set(), set()
        #: Links to folders, and links to nothing: what lies behind is not followed.
        self.links = set()
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            here = os.path.relpath(folder, root)
            prefix = "" if here == "." else here + "/"
            for name in folders:
                linked = os.path.islink(os.path.join(folder, name))
                (self.links if linked else self.folders).add(prefix + name)
            for name in files:
                if name.endswith((".pyc", ".pyo")):
                    continue
                if os.path.isfile(os.path.join(folder, name)):
                    self.files.add(prefix + name)
                else:
                    self.links.add(prefix + name)
        self._trees = {}

    def path(self, file):
        return os.path.join(self.root, *file.split("/"))

    def read(self, file):
        with open(self.path(file), "rb") as handle:
            return handle.read()

    def tree(self, file):
        """The syntax tree of one of the files. Raises Doubt."""
        if file not in self._trees:
            try:
                self._trees[file] = ast.parse(self.read(file))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise Doubt(file, getattr(error, "lineno", None), "cannot be parsed")
            except OSError:
                raise Doubt(file, None, "cannot be read")
        return self._trees[file]

    def below(self, folder):
        """All files below a folder."""
        return {file for file in self.files if file.startswith(folder + "/")}

    # ── modules ──

    def module_files(self, dotted):
        """The files that importing a dotted name runs: its packages' __init__ and its own.
        None if it is none of the project's."""
        found, path = set(), ""
        for part in dotted.split("."):
            path = path + "/" + part if path else part
            files = self._files_at(path)
            if files is None:
                # `import a.b` of a package without b fails, but after a was run.
                return found or None
            found |= files
        return found

    def is_local(self, dotted):
        return self._files_at(dotted.split(".")[0]) is not None

    def _files_at(self, path):
        if path in self.links or path + ".py" in self.links:
            raise Doubt(path, None, "is a link that is not followed")
        if path + "/__init__.py" in self.files:
            return {path + "/__init__.py"}
        compiled = {
            file for file in self.files
            if file.startswith(path + ".") and file.endswith((".so", ".pyd"))
            and "/" not in file[len(path):]
        }
        if compiled or path + ".py" in self.files:
            return compiled | ({path + ".py"} & self.files)
        return set() if path in self.folders else None

    def imports(self, file, tree=None):
        """What a file imports anywhere: (names of modules of others, own files)."""
        package = os.path.dirname(file).replace("/", ".")
        foreign, own = set(), set()
        for node in ast.walk(tree if tree is not None else self.tree(file)):
            for names in _imported(node, package):
                files = None
                for name in names:
                    found = self.module_files(name)
                    if found is not None:
                        files = (files or set()) | found
                own |= files or set()
                if not files:
                    # None, or a folder without __init__, which a package would hide.
                    foreign.add(names[0].split(".")[0])
            if isinstance(node, ast.ImportFrom) and any(item.name == "*" for item in node.names):
                own |= self._submodules(_absolute(node, package))
        return foreign, own

    def _submodules(self, dotted):
        """A star may mean every module of a package (__all__)."""
        path = dotted.replace(".", "/")
        if path not in self.folders:
            return set()
        return {file for file in self.below(path) if file.endswith(".py")}

    def closure(self, files):
        """The files with all own modules that they import, and theirs."""
        found, pending = set(), sorted(files)
        while pending:
            file = pending.pop()
            if file in found:
                continue
            found.add(file)
            if file.endswith(".py"):
                pending += sorted(self.imports(file)[1] - found)
        return found

    def shadowing(self, packages):
        """Own modules that hide one of Python's or of a package: a library's import finds
        them, though no file of the project says so."""
        found = set()
        # The first entry is this step's own folder.
        path = [item for item in sys.path[1:] if item] + [packages]
        for name in sorted(self._top_level()):
            files = self._files_at(name)
            if files and name not in _NEVER_SHADOWING and _exists(name, path):
                found |= files
        return found

    def _top_level(self):
        names = {item for item in self.folders if "/" not in item}
        names |= {item.split(".")[0] for item in self.files if "/" not in item}
        return {name for name in names if name.isidentifier()}

    def other_modules(self, files):
        """Modules of the project beyond these files."""
        return {
            file for file in self.files if file.endswith((".py", ".so", ".pyd"))
        } - set(files)


def _exists(name, path):
    if name in sys.builtin_module_names or name in getattr(sys, "stdlib_module_names", ()):
        return True
    try:
        spec = importlib.machinery.PathFinder.find_spec(name, path)
    except (ImportError, ValueError):
        return True
    # A folder without __init__ hides nothing that others have.
    return spec is not None and spec.loader is not None


def _imported(node, package):
    """For each import of a node, the dotted names that it may mean, the surest first."""
    if isinstance(node, ast.Import):
        for item in node.names:
            yield [item.name]
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, package)
        if base:
            for item in node.names:
                yield [base] if item.name == "*" else [base, base + "." + item.name]
        else:
            for item in node.names:
                yield [item.name]


def _absolute(node, package):
    """The module that `from … import` names, relative dots resolved."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    parts = parts[:len(parts) - (node.level - 1)] if node.level > 1 else parts
    return ".".join(parts + ([node.module] if node.module else []))
