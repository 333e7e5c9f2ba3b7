"""The parts of PyInstaller's log and lists that are worth reading, and of the sources what works
only where it is not frozen."""

import os

import distributions
import graph
import noteworthy
import ob
import relatives
from module_names import module_names


def warnings(request, kept, modules, ours, system):
    """kept: folder of the log and the lists. modules: {module: path in the project}, the user's
    own. ours: hidden imports that nobody asked for."""
    texts = {name: _joined(kept, name) for name in ("warn-", "xref-", "log")}
    files = _project_files(request)
    options = request["options"]
    kinds = graph.kinds(texts["xref-"])
    found = noteworthy.noteworthy(
        texts["warn-"], kinds, texts["log"], distributions.importable(ob.mnt("deps")),
        modules, files, lambda: module_names(_search(request, system)), options, ours)
    return found + relatives.relatives(files, modules, kinds, options)


def _joined(folder, prefix):
    names = sorted(name for name in os.listdir(folder) if name.startswith(prefix))
    return "".join(_text(os.path.join(folder, name)) for name in names)


def _project_files(request):
    """{path: text} of the Python files, and of the spec in use."""
    project, files = ob.mnt("project"), {}
    for folder, folders, names in os.walk(project):
        folders.sort()
        for name in sorted(names):
            at = os.path.join(folder, name)
            path = os.path.relpath(at, project)
            # Links may lead nowhere.
            if os.path.isfile(at) and (name.endswith(".py") or path == request["entry"].get("file")):
                files[path] = _text(at)
    return files


def _search(request, system):
    roots = [os.path.normpath(ob.mnt("project", root)) for root in request["sourceRoots"]]
    return roots + [ob.mnt("deps"), *system.modules]


def _text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
