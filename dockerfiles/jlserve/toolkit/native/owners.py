"""Which distribution of an installed tree a file or a module belongs to, by the RECORDs."""

import csv
import os
import re

import ob_wheels


class Owners:
    def __init__(self, tree, wanted):
        """wanted: paths relative to the tree whose owners will be asked for."""
        self._files, self.modules = {}, {}
        wanted = set(wanted)
        for info in ob_wheels.dist_infos(tree):
            name = ob_wheels.canonical(info[:-len(".dist-info")].rsplit("-", 1)[0])
            tops = set()
            for path in _recorded(os.path.join(tree, info, "RECORD")):
                if path in wanted:
                    self._files[path] = name
                tops.add(_module(path))
            for top in tops - {None}:
                self.modules.setdefault(top, []).append(name)

    def of(self, path):
        """The distribution's canonical name; for a file that no RECORD has, its top folder."""
        return self._files.get(path) or path.split("/", 1)[0]


def _recorded(path):
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            # A --target installation may name its scripts as ../../bin/x.
            return [re.sub(r"^(\.\./)+", "", row[0]) for row in csv.reader(file) if row]
    except OSError:
        return []


def _module(path):
    """The top-level name under which a file can be imported, or None."""
    top, _, rest = path.partition("/")
    name = top if rest else top.split(".", 1)[0] if top.endswith((".py", ".so")) else ""
    return name if name.isidentifier() and name not in ("bin", "__pycache__") else None
