"""PyInstaller's list of modules that it looked for and did not bundle."""

import re

_LINE = re.compile(r"^(missing|excluded|invalid) module named '?([^' ]+)'? - imported by (.+)$", re.M)
_IMPORTER = re.compile(r"(.+?) \(([a-z, -]+)\)(?:, |$)")


class Missing:
    """name; status: missing, excluded (asked for) or invalid (no Python can read it);
    importers: {module or a script's path: {"top-level", "conditional", "delayed", "optional"}}."""

    def __init__(self, status, name, importers):
        self.status, self.name = status, name
        self.importers = {
            importer: set(types.split(", ")) for importer, types in _IMPORTER.findall(importers)}


def parse(text):
    return [Missing(*line) for line in _LINE.findall(text)]
