"""What works from source and not from a bundle, in the user's own code and spec."""

import graph
from source_as_data import source_as_data
from source_traps import source_traps


def relatives(project_files, own_modules, kinds, options=()):
    """Warnings about source that is shipped as data, uvicorn apps that are named by a string
    and not in the bundle, and `sys.executable -m`.
    project_files: {path in the project: text} of Python files and the spec in use;
    own_modules: {module: file}; kinds: graph.kinds() of the cross-reference;
    options: PyInstaller's own, as the user gave them."""
    bundled = graph.bundled(kinds)
    found = source_as_data(project_files, own_modules, options)
    for file, text in sorted(project_files.items()):
        if _runs(file, own_modules, bundled, kinds):
            found += source_traps(file, text, bundled)
    return found


def _runs(file, own_modules, bundled, kinds):
    """Tests and tools that are not in the bundle may do as they like."""
    return kinds.get(file.rpartition("/")[2]) == "Script" or any(
        own == file and module in bundled for module, own in own_modules.items())
