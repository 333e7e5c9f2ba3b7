"""download_weights() without a container: straight into the user's cache folder, with the
user's own environment. The marker is there only while the weights are whole."""

import hashlib
import json
import os

import ob
import ob_jlserve_slice
from runner import run_child
from verdict import problem_of
from warn import warnings_of

MARKER = ".jlserve-build-complete"


class _Folder:
    """The cache folder as it is, and one for the run's other files."""

    def __init__(self):
        self.path = os.environ["JLSERVE_CACHE_DIR"]
        self.work = ob.scratch("in-place")


def step():
    asked = ob.read_json(ob.mnt("plan", "request.json"))
    request = {"file": asked["file"], "class": asked["class"], "mode": "project", "secrets": []}
    app = os.path.realpath(ob.mnt("project"))
    folder = _Folder()
    marker = os.path.join(folder.path, MARKER)
    if os.path.lexists(marker):
        os.remove(marker)
    run = run_child(request, app, folder, {}, environment=_environment())
    found = problem_of(run, request)
    if found:
        raise ob.Failure([found])
    files = _files(folder.path)
    warnings = warnings_of(run, app, folder, len(files))
    _write_marker(marker, asked, app, files)
    ob.write_json(ob.out("in-place.json"), {"files": len(files), "warnings": warnings})


def _environment():
    """The user's own, with the folders of the weights (the host has set them)."""
    kept = {name: value for name, value in os.environ.items() if name != "OVENBIRD_ROOT"}
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


def _files(root):
    found = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                inside = os.path.relpath(path, root).replace(os.sep, "/")
                found.append({"path": inside, "bytes": os.path.getsize(path)})
    return sorted(found, key=lambda item: item["path"])


def _write_marker(path, asked, app, files):
    """As an image's; the key is that of the whole app file."""
    with open(os.path.join(app, asked["file"]), "rb") as file:
        key = hashlib.sha256(file.read()).hexdigest()
    value = {"schema": 1, "app": asked["name"] or asked["class"], "file": asked["file"],
             "lock": "", "weights": key, "files": files}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    ob.main(step)
