"""Finds every requirement that cannot be met even alone: a resolver stops at the first."""

import os

import ob
import ob_uv

#: Beyond this many, asking for each takes longer than it helps.
_LIMIT = 60


def each_alone(arguments, work, origins, explain):
    """Problems of requirements that have no solution by themselves; none when only their
    combination has none. arguments: of the run that failed. explain(said, origins): problems."""
    # The run's own output file and its preferences play no part here.
    at = arguments.index("--output-file")
    flags = arguments[:at] + arguments[at + 2:]
    problems = []
    for requirement in origins.all()[:_LIMIT]:
        path = os.path.join(ob.scratch("alone"), "requirement.txt")
        ob.write_text(path, requirement["text"] + "\n")
        status, said = ob_uv.run(flags + ["--no-deps", path], cwd=work, show=False)
        if status:
            found = explain(said, _Only(requirement, origins.python_option))
            problems += [item for item in found if item["code"] == "DEPENDENCY_UNRESOLVABLE"]
    return problems


class _Only:
    """Origins of a single requirement."""

    def __init__(self, requirement, python_option):
        self._requirement = requirement
        self.python_option = python_option

    def all(self):
        return [self._requirement]

    def find(self, name, said=""):
        return self._requirement

    def place(self, file, position=None, line=None, column=None):
        return ob.at(self._requirement["file"], self._requirement.get("line"))

    def relative(self, path):
        return self._requirement["file"]
