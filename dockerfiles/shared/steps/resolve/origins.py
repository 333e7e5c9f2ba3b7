"""Where a requirement was written, so that an error can name its file and line."""

import os
import re

import ob
from ob_wheels import canonical

#: Where the decorators' requirements lie beside the project's own requirement files.
DECORATORS = ".ovenbird/decorators.txt"

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_INCLUDE = re.compile(r"\s*(?:-r|--requirement|-c|--constraint)[ =]\s*(\S+)")


class Origins:
    """The requirements of one project by name, in the order of the sources."""

    def __init__(self, work, request):
        #: The option that chooses another Python, as the user's command calls it.
        self.python_option = request.get("pythonOption") or "--python"
        self._work = os.path.realpath(work)
        self._by_name = {}
        self._decorators = request.get("decorators") or []
        self._read = set()
        for source in request["sources"]:
            self._read_file(source["file"])
        for item in self._decorators:
            self._add(item["requirement"], item["file"], item.get("line"), item.get("endpoint"))

    def all(self):
        """Every requirement once, as {"name", "file", "line", "text"}."""
        return [place for places in self._by_name.values() for place in places]

    def find(self, name, said=""):
        """{"file", "line", "text"} of the requirement of that name that an explanation
        quotes, else of the first one; or None."""
        places = self._by_name.get(canonical(name)) or [None]
        quoted = [place for place in places if place and _squeezed(place["text"]) in _squeezed(said)]
        return max(quoted, key=lambda place: len(place["text"]), default=places[0])

    def relative(self, path):
        absolute = os.path.join(self._work, path)
        return os.path.relpath(os.path.realpath(absolute), self._work).replace(os.sep, "/")

    def place(self, file, position=None, line=None, column=None):
        """The location that uv means by a file with a character position, or with line and
        column; a line of the decorators' file is a place in the endpoint's own file."""
        name = self.relative(file)
        if position is not None:
            line, column = self._line_of(name, int(position))
        line = int(line) if line else None
        if name == DECORATORS:
            index = (line or 1) - 1
            if index < len(self._decorators):
                item = self._decorators[index]
                return ob.at(item["file"], item.get("line"), item.get("column"))
        return ob.at(name, line, int(column) if column else None)

    def _line_of(self, name, position):
        try:
            with open(os.path.join(self._work, name), encoding="utf-8", newline="") as file:
                before = file.read()[:position]
        except (OSError, UnicodeDecodeError):
            return None, None
        return before.count("\n") + 1, position - before.rfind("\n")

    def _read_file(self, name):
        path = os.path.normpath(os.path.join(self._work, name))
        if path in self._read or not os.path.isfile(path):
            return
        self._read.add(path)
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            for number, line in enumerate(file, 1):
                include = _INCLUDE.match(line)
                if include:
                    self._read_file(os.path.join(os.path.dirname(name), include.group(1)))
                elif not line.lstrip().startswith(("#", "-")):
                    text = re.split(r"\s#|\s--|\\$", line.strip())[0]
                    self._add(text.strip(), name, number)

    def _add(self, text, file, line, endpoint=None):
        match = _NAME.match(text)
        if match:
            place = {"file": file, "line": line, "text": text, "endpoint": endpoint,
                     "name": match.group(1)}
            known = self._by_name.setdefault(canonical(match.group(1)), [])
            if all(item["text"] != text for item in known):
                known.append(place)


def _squeezed(text):
    return text.replace(" ", "").lower()
