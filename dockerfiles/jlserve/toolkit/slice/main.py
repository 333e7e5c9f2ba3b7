"""Writes the slice: exactly the files that download_weights() will be run with, and of the
lock what these import. Whatever is left out here cannot re-run the download."""

import os
import re
import shutil
import stat

import ob
import ob_jlserve_slice
from choose import choose
from local_modules import Project
from packages import subset_lock


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    project = Project(ob.mnt("project"))
    file = request["file"]
    if file not in project.files:
        raise ob.Failure([ob.problem(
            "JLSERVE_FILE_INVALID", "File not found: {}".format(file), location=ob.at(file))])
    tree = ob.mnt("deps", "root", "opt", "deps")
    chosen = choose(project, request, tree)
    root = ob.fresh(ob.out("slice"))
    secrets = sorted(set(request.get("secrets") or ()))
    asked = dict(chosen.looks, file=file, mode=chosen.mode, secrets=secrets,
                 **{"class": request["class"]})
    if request.get("outlined") and chosen.mode != "slice":
        # Whole files are needed, and these are outlines: the host plans again.
        asked["stop"] = {"next": chosen.mode, "why": "; ".join(map(_shown, chosen.why))}
        os.makedirs(os.path.join(root, "code"))
        chosen.imports = set()
    else:
        _write_code(project, chosen, os.path.join(root, "code"))
    ob.write_json(os.path.join(root, "request.json"), asked)
    with open(ob.mnt("lock", "ovenbird.lock"), encoding="utf-8") as handle:
        lock, packages = subset_lock(handle.read(), tree, chosen.imports)
    ob.write_text(os.path.join(root, "lock", "ovenbird.lock"), lock)
    ob_jlserve_slice.normalise(root)
    ob.fresh(ob.out("slice-report"))
    ob.write_json(ob.out("slice-report", "report.json"), {
        "mode": chosen.mode, "asked": request["mode"], "why": [_shown(text) for text in chosen.why],
        "key": ob_jlserve_slice.tree_digest(root),
        "parts": _parts(project, chosen, packages, secrets), "packages": packages,
    })


def _write_code(project, chosen, code):
    os.makedirs(code)
    if chosen.mode == "project":
        _copy_all(project.root, code)
        return
    for folder in sorted(chosen.folders):
        os.makedirs(os.path.join(code, *folder.split("/")), exist_ok=True)
    for file in sorted(chosen.files):
        path = os.path.join(code, *file.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # A link is what it leads to: the rest of its way may not be there.
        shutil.copy(project.path(file), path)
    if chosen.text is not None:
        ob.write_text(os.path.join(code, *chosen.file.split("/")), chosen.text)


def _copy_all(root, code):
    for path, relative in ob_jlserve_slice.walk(root):
        target = os.path.join(code, relative)
        mode = os.lstat(path).st_mode
        if "__pycache__" in relative.split(os.sep) or relative.endswith((".pyc", ".pyo")):
            continue
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(path), target)
        elif stat.S_ISDIR(mode):
            os.makedirs(target, exist_ok=True)
        elif stat.S_ISREG(mode):
            shutil.copy(path, target)


def _parts(project, chosen, packages, secrets):
    """What the key is made of, for people. Names are unique: the host compares by them."""
    parts = []
    for name, line, text in chosen.units:
        parts.append({"name": name, "file": chosen.file, "line": line,
                      "digest": _digest(text)})
    for file in sorted(chosen.shown_files()):
        path = project.path(file)
        mode = "x" if os.stat(path).st_mode & 0o111 else "-"
        digest = _digest(mode + ob_jlserve_slice.file_digest(path))
        parts.append({"name": file, "file": file, "digest": digest})
    for package in packages:
        parts.append({"name": "package " + package["name"], "digest": package["version"]})
    for name in secrets:
        parts.append({"name": "secret " + name, "digest": "named"})
    parts.append({"name": "what is kept", "digest": chosen.mode})
    seen = {}
    for part in parts:
        part["name"] = _shown(part["name"])
        if "file" in part:
            part["file"] = _shown(part["file"])
        seen[part["name"]] = count = seen.get(part["name"], 0) + 1
        if count > 1:
            part["name"] += " ({})".format(count)
    return parts


def _digest(text):
    return ob_jlserve_slice.text_digest(text)


def _shown(text):
    """A name that JSON can hold: file names may be any bytes."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", text).encode("utf-8", "replace").decode()


if __name__ == "__main__":
    ob.main(step)
