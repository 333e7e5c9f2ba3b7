"""Why importing the app failed, in words that name the user's line and what to type."""

import errno
import json
import os
import shlex
import traceback

import ob
import places
from ob_native import missing_library

#: Modules that come in a package of another name, of those that models often need.
_PACKAGES = {
    "cv2": "opencv-python-headless", "PIL": "pillow", "sklearn": "scikit-learn",
    "skimage": "scikit-image", "yaml": "pyyaml", "fitz": "pymupdf", "faiss": "faiss-cpu",
    "dotenv": "python-dotenv", "bs4": "beautifulsoup4", "docx": "python-docx",
    "magic": "python-magic", "whisper": "openai-whisper", "ffmpeg": "ffmpeg-python",
    "llama_cpp": "llama-cpp-python", "open_clip": "open-clip-torch", "clip": "clip-anytorch",
    "pkg_resources": "setuptools", "attr": "attrs", "dateutil": "python-dateutil",
}


def import_failure(error, request):
    """One problem for what importing the app's file raised."""
    place = places.of_error(error) or ob.at(request["file"])
    detail = places.trace(error)
    if isinstance(error, SyntaxError) and places.relative(error.filename):
        file = places.relative(error.filename)
        return ob.problem("PYTHON_SYNTAX", "Invalid Python syntax in {}: {}".format(file, error.msg),
                          None, ob.at(file, error.lineno, error.offset), detail)
    if any(cls.__name__ == "MultipleAppsError" for cls in type(error).__mro__):
        return ob.problem("JLSERVE_SEVERAL_APPS", places.said(error).strip().split(": ", 1)[-1],
                          "keep one app in each file", place)
    message = places.said(error).strip()
    if isinstance(error, SystemExit):
        message = "importing {} ended the process: sys.exit({!r})".format(request["file"], error.code)
    return ob.problem("JLSERVE_IMPORT_FAILED", message, _hint(error, request), place, detail)


def missing_in(error):
    """The soname that an exception, or one that it came from, says is missing."""
    seen = set()
    while error is not None and id(error) not in seen:
        soname = missing_library(error)
        if soname:
            return soname
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def _hint(error, request):
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing_module(error, request)
    if isinstance(error, KeyError) and _raised_by(error, "os"):
        return ("the build and the image do not have your environment variables: read them inside "
                "setup(), and start the container with -e {}=…".format(
                    error.args[0] if error.args else "NAME"))
    if isinstance(error, SystemExit):
        return 'an app must not end the process when it is imported: use if __name__ == "__main__":'
    if isinstance(error, FileNotFoundError):
        return ("the image has the project's files in /app, where the app also starts; is the file "
                "left out by .dockerignore, or made by download_weights() and so for setup() to read?")
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "the app's folder cannot be written to: write below /tmp, inside a method"
    if isinstance(error, (ConnectionError, TimeoutError)) or "resolve" in places.said(error):
        return "do not use the network while the app is imported: download in download_weights()"
    return "it happens when the app is imported; see it happen: jlserve dev {}".format(request["file"])


def _missing_module(error, request):
    top = error.name.split(".")[0]
    package = _PACKAGES.get(top, top.replace("_", "-"))
    # Who asked: the innermost frame that is not the import system's own.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith("<frozen")
              and os.path.basename(os.path.dirname(frame.filename)) != "importlib"]
    how = _how_to_add(package, request)
    if frames and places.relative(frames[-1].filename) is None:
        return "a package that the app requires needs {}: {}".format(top, how)
    return "{}; a file of your own belongs beside {}".format(how, request["file"])


def _how_to_add(package, request):
    """What to type, where the app's requirements stand."""
    file, line = request["file"], request.get("classLine")
    add = "add {} to ".format(json.dumps(package))
    return {
        "script": add + "dependencies in the header of {}".format(file),
        "requirements.txt": "echo {} >> requirements.txt".format(shlex.quote(package)),
        "pyproject.toml": add + "[project] dependencies in pyproject.toml",
        "uv.lock": "uv add {}".format(shlex.quote(package)),
    }.get(request.get("requirementsSource"), add + "requirements=[…] of @jlserve.app() ({}{})".format(
        file, ":{}".format(line) if line else ""))


def _raised_by(error, module):
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename.endswith((module + ".py", "<frozen {}>".format(module)))
