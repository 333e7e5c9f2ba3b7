"""The user's own code, asked for what it imports that the bundle lacks."""

import ast

import ob
import user_imports


class Use:
    """An import that fails: importer (module or file), module, name, delayed, place."""

    def __init__(self, importer, statement, file):
        self.importer = importer
        self.module, self.name, self.delayed = statement.module, statement.name, statement.delayed
        self.place = ob.at(file, statement.line)

    def takes(self, missing):
        """Is what is missing a name in a module, rather than a module?"""
        return self.name is not None and missing == self.module + "." + self.name


class OwnCode:
    def __init__(self, own_modules, project_files, missing, kinds):
        self._modules, self._files, self._kinds = own_modules, project_files, kinds
        self._missing = {item.name for item in missing}
        self._read = {}

    def uses(self, item):
        """Where the user's code imports what is missing and cannot do without."""
        found = []
        for importer, types in item.importers.items():
            file = self._file(importer)
            if file is None:
                continue
            if file not in self._files:
                if not types & {"optional", "conditional"}:
                    line = user_imports.Import(item.name, None, None, (types == {"delayed"}, False, ()))
                    found.append(Use(importer, line, file))
                continue
            name = importer if importer in self._modules else file
            found += [Use(name, each, file) for each in self._imports(importer, file)
                      if self._fails(each, item.name)]
        return sorted(found, key=lambda use: use.delayed)

    def first_place(self, item):
        """Where the user's code imports it at all, or None."""
        for importer in item.importers:
            file = self._file(importer)
            for each in self._imports(importer, file) if file in self._files else ():
                if each.reaches(item.name):
                    return ob.at(file, each.line)
        return None

    def fault(self, module):
        """(place, why) of a module that is no Python."""
        file = self._modules[module]
        try:
            compile(self._files.get(file, ""), file, "exec", dont_inherit=True)
        except SyntaxError as error:
            return ob.at(file, error.lineno), error.msg
        except ValueError as error:
            return ob.at(file), str(error)
        return ob.at(file), "it is no Python of this version"

    def _fails(self, statement, missing):
        if statement.soft or not self._lacks(statement, missing):
            return False
        # The last way out is the one to tell of.
        return all(any(self._lacks(each, name) for each in tried for name in self._missing)
                   for tried in statement.instead_of)

    def _lacks(self, statement, missing):
        if statement.reaches(missing):
            return True
        if statement.name is None or statement.module + "." + statement.name != missing:
            return False
        return not self._may_have(statement.module, statement.name)

    def _may_have(self, module, name):
        """May the module have the name, though PyInstaller saw none? Others' nearly always
        do: it does not look into compiled ones, nor at what is made when they are imported."""
        file = self._modules.get(module)
        if file not in self._files:
            return module not in self._modules and self._kinds.get(module) != "NamespacePackage"
        try:
            tree = ast.parse(self._files[file])
        except (SyntaxError, ValueError, RecursionError):
            return True
        return any(_makes(node, name) for node in ast.walk(tree))

    def _file(self, importer):
        if importer in self._modules:
            return self._modules[importer]
        # A script is told by its path, wherever the project lay.
        return next((file for file in sorted(self._files, key=len, reverse=True)
                     if importer.endswith("/" + file)), None)

    def _imports(self, importer, file):
        if file not in self._read:
            module = importer if importer in self._modules else ""
            is_package = file.rpartition("/")[2] == "__init__.py"
            self._read[file] = user_imports.imports_of(self._files[file], module, is_package)
        return self._read[file]


def _makes(node, name):
    if isinstance(node, ast.Name):
        return node.id in (name, "globals", "vars", "exec", "modules", "setattr")
    if isinstance(node, ast.Attribute):
        return node.attr in ("modules", "__dict__")
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name in (name, "__getattr__")
    if isinstance(node, ast.alias):
        return (node.asname or node.name.split(".")[0]) == name or node.name == "*"
    return False
