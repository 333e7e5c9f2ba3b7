"""download_weights() without a container: straight into the user's cache folder, with the
user's own environment."""

import os

import ob
from in_place_run import Folder, call, project_path
from warn import warnings_of


def step():
    folder = Folder()
    run = call("download_weights", folder)
    files = _files(folder.path)
    warnings = warnings_of(run, project_path(), folder, len(files), "setup() will find none")
    ob.write_json(ob.out("in-place.json"), {"files": files, "warnings": warnings})


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


if __name__ == "__main__":
    ob.main(step)
