"""Why importing a module failed, in words that name the user's line and what to type."""

import ast
import os
import re
import traceback

import ob
from manifest import duplicate_route, reserved_path

#: Modules whose package has another name, of those that endpoints often import.
_PACKAGE_OF = {
    "PIL": "pillow", "cv2": "opencv-python-headless", "sklearn": "scikit-learn", "yaml": "pyyaml",
    "bs4": "beautifulsoup4", "dotenv": "python-dotenv", "skimage": "scikit-image",
    "dateutil": "python-dateutil", "jwt": "pyjwt", "faiss": "faiss-cpu", "attr": "attrs",
    "google.protobuf": "protobuf", "psycopg2": "psycopg2-binary", "soundfile": "soundfile",
    "fitz": "pymupdf", "Crypto": "pycryptodome", "docx": "python-docx", "magic": "python-magic",
    "MySQLdb": "mysqlclient", "OpenSSL": "pyopenssl", "serial": "pyserial", "zmq": "pyzmq",
    "sentence_transformers": "sentence-transformers", "pkg_resources": "setuptools",
}


class Explainer:
    def __init__(self, project, request):
        self._project = project
        self._request = request

    def explain(self, error, file):
        """One problem for an exception that importing a project's file raised."""
        frames = traceback.extract_tb(error.__traceback__)
        place = self._place(frames) or ob.at(file)
        detail = self._trace(error)
        if isinstance(error, SyntaxError) and self._inside(error.filename):
            place = ob.at(self._relative(error.filename), error.lineno, error.offset)
            return ob.problem("PYTHON_SYNTAX", "{}: {}".format(type(error).__name__, error.msg),
                              None, place, detail)
        refused = self._refused_by_sdk(error, place)
        if refused:
            return refused
        text = str(error).strip()
        name = type(error).__name__
        message = "{}: {}".format(name, text) if text else name
        return ob.problem("FLASH_IMPORT_FAILED", message, self._hint(error, file, frames), place, detail)

    def _hint(self, error, file, frames):
        if isinstance(error, ModuleNotFoundError) and error.name:
            return self._missing_module(error.name, file, frames)
        if isinstance(error, KeyError) and frames and frames[-1].filename.endswith(("os.py", "<frozen os>")):
            return (
                "the build does not see your environment variables; read them inside the function, "
                "or with os.environ.get({!r})".format(error.args[0] if error.args else "NAME")
            )
        if isinstance(error, OSError) and error.errno == 30:
            return "modules are imported from a read-only project: write files inside the function"
        if isinstance(error, SystemExit):
            return 'a module must not end the process: put it under if __name__ == "__main__":'
        if isinstance(error, (ConnectionError, TimeoutError)) or "resolve" in str(error):
            return "do not use the network while a module is imported; do it inside the function"
        module = file[:-len(".py")].replace("/", ".")
        return "it happens when the module is imported; see it happen: python -c 'import {}'".format(module)

    def _missing_module(self, name, file, frames):
        top = name.split(".")[0]
        beside = os.path.dirname(os.path.join(self._project, *file.split("/")))
        for candidate in (top + ".py", top):
            if os.path.exists(os.path.join(beside, candidate)) and beside != self._project:
                package = os.path.relpath(beside, self._project).replace(os.sep, ".")
                return (
                    "the worker imports from the project's root: from {} import {}".format(package, top)
                )
        package = _PACKAGE_OF.get(top, top.replace("_", "-"))
        if package.lower() in (self._request.get("excludes") or ()):
            return (
                "{} is in the worker's image, not in the build: import what needs it inside the "
                "function or the class's __init__".format(package)
            )
        if frames and not self._inside(frames[-1].filename) and not _is_import_machinery(frames[-1]):
            return "a dependency needs {}: add it to the requirements".format(package)
        ways = self._dependency_places(file)
        ways.append("to " + self._request.get("named", "requirements.txt"))
        return "add {!r} {}".format(package, " or ".join(ways))

    def _dependency_places(self, file):
        """"to dependencies=[…] of endpoint 'x' (a.py:12)" for the endpoints of that file."""
        for module in self._request["modules"]:
            if module["file"] == file and module.get("endpoints"):
                first = module["endpoints"][0]
                label = first.get("name") or first.get("function")
                line = first.get("dependenciesLine") or first.get("line")
                where = "{}:{}".format(file, line) if line else file
                return ["to dependencies=[…] of endpoint {!r} ({})".format(label, where)]
        return ["to dependencies=[…] of the endpoint in {}".format(file)]

    def _refused_by_sdk(self, error, place):
        """The SDK's own checks of routes, in the texts that its build has for them."""
        if not isinstance(error, ValueError):
            return None
        text = str(error)
        match = re.match(r"duplicate route: (\S+ \S+) \(already registered to '([^']*)'\)", text)
        if match:
            values = _locals_of(error, "decorator")
            second = getattr(values.get("func"), "__name__", "?")
            resource = getattr(values.get("self"), "name", "?")
            return duplicate_route(match.group(1), resource, match.group(2), second, place)
        match = re.match(r"path '([^']*)' is reserved", text)
        if match:
            return reserved_path(self._decorated_at(place), match.group(1), place)
        return None

    def _decorated_at(self, place):
        """The name of the function whose decorator stands at a line."""
        try:
            with open(os.path.join(self._project, *place["file"].split("/")), "rb") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError):
            return "?"
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", ()):
                if decorator.lineno <= place.get("line", 0) <= decorator.end_lineno:
                    return node.name
        return "?"

    def _place(self, frames):
        """The innermost line of the project's own files."""
        for frame in reversed(frames):
            if self._inside(frame.filename):
                return ob.at(self._relative(frame.filename), frame.lineno)
        return None

    def _trace(self, error):
        """The trace from the project's first line on, with paths as the user knows them."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__)
                  if not _is_import_machinery(frame)]
        first = next((i for i, frame in enumerate(frames) if self._inside(frame.filename)), 0)
        lines = traceback.format_list(frames[first:]) if any(
            self._inside(frame.filename) for frame in frames) else []
        text = "".join(lines + traceback.format_exception_only(type(error), error))
        return text.replace(self._project + os.sep, "").replace(ob.mnt("deps", "tree") + os.sep, "")

    def _inside(self, path):
        # "<frozen os>" and the like are no paths.
        return bool(path) and path.startswith(self._project + os.sep)

    def _relative(self, path):
        return os.path.relpath(path, self._project).replace(os.sep, "/")


def _is_import_machinery(frame):
    ours = os.path.dirname(os.path.abspath(__file__)) + os.sep
    return frame.filename.startswith(("<frozen importlib", ours)) or frame.filename.endswith(
        os.path.join("importlib", "__init__.py"))


def _locals_of(error, function):
    """Local variables of the innermost frame of a function of that name."""
    found, entry = {}, error.__traceback__
    while entry is not None:
        if entry.tb_frame.f_code.co_name == function:
            found = entry.tb_frame.f_locals
        entry = entry.tb_next
    return found
