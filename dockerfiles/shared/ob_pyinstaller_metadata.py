"""Metadata of a project that is not installed, as its wheel would have it: programs ask
importlib.metadata for their own version and plug-ins."""

import base64
import hashlib
import os
import re

import ob


def write_dist_info(folder, project):
    """Writes NAME-VERSION.dist-info into a folder; gives its name.
    project: the request's {"name", "version", "scripts", "entryPoints", "dependencies"}"""
    name, version = _line(project["name"]), _line(project.get("version") or "0")
    files = {"METADATA": _metadata(name, version, project.get("dependencies") or [])}
    groups = _groups(project)
    if groups:
        files["entry_points.txt"] = "\n".join(_group(group, groups[group]) for group in sorted(groups))
    info = "{}-{}.dist-info".format(re.sub(r"[-_.]+", "_", name).lower(), version.replace("-", "_"))
    for file, text in files.items():
        ob.write_text(os.path.join(folder, info, file), text)
    record = ["{}/{},{}".format(info, file, _digest(files[file])) for file in sorted(files)]
    ob.write_text(os.path.join(folder, info, "RECORD"), "\n".join(record + [info + "/RECORD,,", ""]))
    return info


def _metadata(name, version, dependencies):
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    lines += ["Requires-Dist: " + _line(dependency) for dependency in dependencies]
    return "\n".join(lines) + "\n"


def _groups(project):
    groups = {group: dict(entries) for group, entries in (project.get("entryPoints") or {}).items()}
    if project.get("scripts"):
        groups.setdefault("console_scripts", {}).update(project["scripts"])
    return {group: entries for group, entries in groups.items() if entries}


def _group(group, entries):
    lines = ["{} = {}".format(_line(name), _line(entries[name])) for name in sorted(entries)]
    return "\n".join(["[{}]".format(_line(group))] + lines) + "\n"


def _line(text):
    """One line, whatever the project's file holds: a further line would be a field of its own."""
    return " ".join(str(text).split())


def _digest(text):
    data = text.encode("utf-8")
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return "sha256={},{}".format(digest, len(data))
