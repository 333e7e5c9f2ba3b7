"""Decides what the weights' code is: a slice of the app file, the whole file with the modules
that it imports, or the whole project. Each step back says why."""

import ast

from data_files import named_files
from doubt import Doubt
from doubts import loads_code
from reach import slice_file


class Chosen:
    """`mode`; `why` it is not the narrowest; `files` and whole `folders` of the project;
    `text` and `units` of the sliced app file; `imports`: top-level modules, None for any."""

    def __init__(self, mode, file, why):
        self.mode, self.file, self.why = mode, file, why
        self.files, self.folders = set(), set()
        self.text, self.units = None, []
        self.imports = None
        self.looks = {}

    def shown_files(self):
        """The files that are kept as they are."""
        return self.files - ({self.file} if self.text is not None else set())


def choose(project, request, packages):
    file, why = request["file"], []
    if request["mode"] == "slice":
        try:
            return _slice(project, request, packages)
        except Doubt as doubt:
            why.append(str(doubt))
    if request["mode"] in ("slice", "file"):
        try:
            return _file(project, file, packages, why)
        except Doubt as doubt:
            why.append(str(doubt))
    chosen = Chosen("project", file, why)
    chosen.files = set(project.files)
    chosen.folders = set(project.folders)
    return chosen


def _slice(project, request, packages):
    file = request["file"]
    sliced = slice_file(project, file, request["class"])
    chosen = Chosen("slice", file, [])
    tree = ast.parse(sliced.text)
    _gather(project, chosen, tree, packages)
    for module in sorted(chosen.files):
        if module.endswith(".py"):
            found = loads_code(project.tree(module))
            if found:
                raise Doubt(module, *found)
    if file in chosen.files:
        # A string or a module names the app file itself: they may read what was left out.
        raise Doubt(file, None, "is itself read or imported by the code of the weights")
    chosen.text, chosen.units = sliced.text, sliced.units
    chosen.files.add(file)
    return chosen


def _file(project, file, packages, why):
    chosen = Chosen("file", file, why)
    _gather(project, chosen, project.tree(file), packages)
    chosen.files.add(file)
    dynamic = False
    for module in sorted(chosen.files):
        found = loads_code(project.tree(module)) if module.endswith(".py") else None
        if found and project.other_modules(chosen.files):
            raise Doubt(module, *found)
        dynamic = dynamic or bool(found)
    if dynamic:
        chosen.imports = None
    return chosen


def _gather(project, chosen, tree, packages):
    """Own modules, data files and packages that a syntax tree of the app file leads to."""
    foreign, own = project.imports(chosen.file, tree)
    modules = project.closure(own | project.shadowing(packages))
    while True:
        trees = [tree] + [project.tree(item) for item in modules if item.endswith(".py")]
        named = named_files(project, trees)
        # A string may name a program to run: that runs with all that it imports.
        more = project.closure({item for item in named.files if item.endswith(".py")} | modules)
        if more <= modules:
            break
        modules = more
    chosen.files = modules | named.files
    chosen.folders = named.folders
    chosen.looks = named.lines()
    chosen.imports = set(foreign)
    for module in modules:
        if module.endswith(".py"):
            chosen.imports |= project.imports(module)[0]
