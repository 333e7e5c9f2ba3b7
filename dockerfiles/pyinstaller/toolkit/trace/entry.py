"""Where the program begins, in the words of child.py."""

import os

import spec


class Unreadable(Exception):
    """It cannot be said what to run; the message says why."""


def find(entry, project, folder):
    """{"entry": {"kind", …} for child.py, "name": argv[0], "first": folder for sys.path's first
    place or None, "roots": further folders to import from}
    entry, project: the request's; folder: of the project's files."""
    kind = entry["kind"]
    if kind == "function":
        value = "{}:{}".format(entry["module"], entry["function"])
        scripts = (project or {}).get("scripts") or {}
        names = sorted(name for name, target in scripts.items() if target.replace(" ", "") == value)
        name = names[0] if names else entry["module"].split(".")[0]
        return _start(dict(entry), name)
    if kind == "module":
        return _module(entry["module"])
    if kind == "script":
        return _script(os.path.join(folder, entry["file"]))
    return _of_spec(os.path.join(folder, entry["file"]), folder)


def _of_spec(file, folder):
    try:
        script, pathex = spec.read(file)
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable("{}: {}".format(os.path.basename(file), error))
    roots = [_existing(path, [os.path.dirname(file), folder], os.path.isdir) for path in pathex]
    script = _existing(script, [os.path.dirname(file), folder], os.path.isfile)
    if script is None:
        raise Unreadable("{}: its first script is not there".format(os.path.basename(file)))
    roots = [root for root in roots if root]
    if os.path.basename(script) == "__main__.py" and _is_package(os.path.dirname(script)):
        # It may import relatively, which a script cannot; the executable gets a launcher, too.
        parts, top = ["__main__"], os.path.dirname(script)
        while _is_package(top):
            top, part = os.path.split(top)
            parts.insert(0, part)
        start = _module(".".join(parts))
        return dict(start, roots=list(dict.fromkeys([top] + roots)))
    return dict(_script(script), roots=roots)


def _module(name):
    return _start({"kind": "module", "module": name}, name)


def _script(path):
    path = os.path.normpath(path)
    if not os.path.isfile(path):
        raise Unreadable("{} is not there".format(os.path.basename(path)))
    return _start({"kind": "script", "file": path}, path, first=os.path.dirname(path))


def _start(entry, name, first=None):
    return {"entry": entry, "name": name, "first": first, "roots": []}


def _existing(path, folders, exists):
    """PyInstaller reads scripts from the spec's folder, and pathex from where it was started."""
    paths = [os.path.normpath(os.path.join(folder, path)) for folder in folders]
    return next((path for path in paths if exists(path)), None)


def _is_package(folder):
    return os.path.isfile(os.path.join(folder, "__init__.py"))
