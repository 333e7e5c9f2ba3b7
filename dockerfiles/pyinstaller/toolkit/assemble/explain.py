"""Why PyInstaller failed, in words: the only place that reads its last ones."""

import os
import re

import ob

_FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_LAST = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Exit|Interrupt|Warning)\w*)(?:: (.*))?$")

#: Of files that an executable is given for how it looks.
LOOKS = "PYINSTALLER_OPTION_INVALID"


def problems(log, request):
    """The problem that ended PyInstaller, by its log."""
    lines = [line for line in log.split("\n") if line.strip()]
    last = lines[-1] if lines else "it said nothing"
    trace = log[log.rfind("Traceback (most recent call last)"):] if "Traceback" in log else ""
    place = _place(trace) or _spec(request)
    detail = "\n".join(lines[-25:])
    for pattern, make in _KNOWN:
        match = pattern.search(log)
        if match:
            return [make(match, place, detail)]
    if trace and place:
        kind = "PYINSTALLER_SPEC_FAILED" if place["file"].endswith(".spec") else "PYINSTALLER_FAILED"
        return [ob.problem(kind, "{} failed: {}".format(place["file"], _short(last)), location=place,
                           detail=_own_frames(trace), hint="correct this line; see it happen: "
                           "ovenbird build --progress plain")]
    return [ob.problem("PYINSTALLER_FAILED", "PyInstaller failed: {}".format(_short(last)),
                       location=place, detail=detail,
                       hint="all of its log: ovenbird build --progress plain")]


def _script(match, place, detail):
    path = _relative(match.group(1))
    return ob.problem("PYINSTALLER_SPEC_FAILED", "the script {} does not exist".format(path),
                      location=_naming(path, place), hint="paths in a spec are relative to the spec: Analysis(['main.py'])")


def _data(match, place, detail):
    path = _relative(match.group(1))
    return ob.problem("PYINSTALLER_SPEC_FAILED", "{} does not exist, or nothing matches it".format(path),
                      location=_naming(path, place), hint="paths in datas and binaries are relative to the spec; what "
                      "the build leaves out (.venv, dist, build, .env) cannot be named")


def _syntax(match, place, detail):
    file, line, said = _relative(match.group(1)), int(match.group(2)), match.group(3)
    return ob.problem("PYTHON_SYNTAX", "{}: {}".format(file, said), location=ob.at(file, line))


def _library(match, place, detail):
    return ob.problem("PYINSTALLER_FAILED", "the base image's Python has no shared library (libpython)",
                      hint="choose an image that has it: --base python:3.12-slim-bookworm", detail=detail)


def _disk(match, place, detail):
    return ob.problem("ENGINE_DISK_FULL", "the engine's disk is full",
                      hint="docker builder prune, then build again", detail=detail)


def _onefile(match, place, detail):
    return ob.problem("PYINSTALLER_FAILED", "the executable would be larger than 4 GB, which onefile "
                      "cannot hold", hint="build a folder: --onedir", detail=detail)


def _icon(match, place, detail):
    path = _relative(match.group(1))
    return ob.problem(
        LOOKS, "the icon {} is no .ico file, and Pillow is not there to make one of it".format(path),
        location=_naming(path, place), hint="convert it: python3 -m pip install pillow, then python3 -c \"from "
        "PIL import Image; Image.open('{0}').save('{1}.ico')\"; or add pillow to the requirements".format(
            path, os.path.splitext(path)[0]))


def _picture(match, place, detail):
    path = _relative(match.group(1))
    return ob.problem(LOOKS, "the icon {} is no picture that can be read".format(path),
                      location=_naming(path, place), hint="give an .ico file: --icon app.ico")


def _version(match, place, detail):
    return ob.problem(
        LOOKS, "the version file cannot be read: {}".format(match.group(1)), location=place,
        hint="it holds one VSVersionInfo(…): https://pyinstaller.org/en/stable/usage.html#capturing-windows-version-data")


def _manifest(match, place, detail):
    return ob.problem(LOOKS, "the manifest is no XML: {}".format(match.group(1)), location=place,
                      hint="correct it, or leave it out: there is one for --uac-admin and --uac-uiaccess, too")


_KNOWN = (
    (re.compile(r"No space left on device"), _disk),
    (re.compile(r"Received icon image '([^']+)' which exists but is not in the correct format"), _icon),
    (re.compile(r"Something went wrong converting icon image '([^']+)'"), _picture),
    (re.compile(r"^(\w+: .*)\s+The above exception was the direct cause[\s\S]*?^ValueError: Failed to "
                r"deserialize VSVersionInfo", re.MULTILINE), _version),
    (re.compile(r"winmanifest\.py[\s\S]*?^xml\.parsers\.expat\.ExpatError: (.+)", re.MULTILINE), _manifest),
    (re.compile(r"^ERROR: script '([^']+)' not found", re.MULTILINE), _script),
    (re.compile(r"Unable to find '([^']+)' when adding binary and data files"), _data),
    (re.compile(r'File "([^"]+\.pyw?)", line (\d+)\n(?:.*\n){1,3}\s*SyntaxError: (.+)'), _syntax),
    (re.compile(r"PythonLibraryNotFoundError"), _library),
    (re.compile(r"struct\.error: .*4294967295|'I' format requires 0 <= number"), _onefile),
)


def _place(trace):
    """The innermost frame that is a file of the project."""
    project = ob.mnt("project") + os.sep
    for file, line in reversed(_FRAME.findall(trace)):
        if file.startswith(project):
            return ob.at(file[len(project):], int(line))
    return None


def _spec(request):
    entry = request["entry"]
    return ob.at(entry["file"]) if entry["kind"] == "spec" else None


def _naming(path, place):
    """The line of a spec that has a path's last name: PyInstaller says only that it is missing."""
    if not place or "line" in place or not place["file"].endswith(".spec"):
        return place
    name = os.path.basename(path)
    with open(ob.mnt("project", place["file"]), encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if name in line.split("#")[0]:
                return ob.at(place["file"], number)
    return place


def _own_frames(trace):
    """The traceback from the project's first frame on: what is before is PyInstaller's."""
    lines = trace.split("\n")
    project = ob.mnt("project") + os.sep
    first = next((at for at, line in enumerate(lines) if project in line), 0)
    return "\n".join(lines[first:]).strip().replace(project, "")


def _relative(path):
    project = ob.mnt("project") + os.sep
    return path[len(project):] if path.startswith(project) else path


def _short(line):
    match = _LAST.match(line.strip())
    text = line.strip() if not match else ": ".join(part for part in match.groups() if part)
    return text[:500]
