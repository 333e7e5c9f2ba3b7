"""The names of all modules that can be imported."""

import os
import sys


def module_names(folders):
    """Dotted names of what lies in folders of the module search path, and what is built in."""
    found = set(sys.builtin_module_names)
    for folder in folders:
        _walk(folder, "", found)
    return found


def _walk(folder, prefix, found):
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name, _, ending = entry.name.partition(".")
        if not name.isidentifier() or name == "__pycache__":
            continue
        if not ending and entry.is_dir():
            # Folders without Python in them are no packages that anybody means.
            before = len(found)
            _walk(entry.path, prefix + name + ".", found)
            if len(found) > before:
                found.add(prefix + name)
        elif ending == "py" or ending.endswith(("so", "pyd")):
            found.add(prefix[:-1] if name == "__init__" else prefix + name)
    found.discard("")
