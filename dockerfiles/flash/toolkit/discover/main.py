"""Imports the project once, as the worker will, and writes what the archive needs of it:
the manifest, a handler for each endpoint, and what was found for the host."""

import os
import sys

import ob
import ob_lock
from child import import_project
from handlers import handler_text, resource_config_text
from manifest import build_manifest, check


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    _check_python(request)
    imported = import_project(request, _byte_code_folder())
    problems = imported["problems"]
    if problems and request.get("computed") and _tell_computed(request):
        return
    # Without its modules, what the project has not got says nothing.
    if imported["records"] or imported["clients"] or not problems:
        problems = problems + check(imported["records"], imported["clients"], request)
    if problems:
        raise ob.Failure(problems)
    manifest = build_manifest(imported["records"], imported["clients"], request)
    folder = ob.fresh(ob.out("discover", "files"))
    for name, resource in manifest["resources"].items():
        if not resource.get("client_mode"):
            served = [item for item in imported["records"] if item["resource"] == name]
            text = handler_text(name, resource, served)
            ob.write_text(os.path.join(folder, "handler_{}.py".format(name)), text)
    ob.write_text(
        os.path.join(folder, "runpod_flash", "runtime", "_flash_resource_config.py"),
        resource_config_text(manifest),
    )
    # The manifest's fields keep the order that readers of the peer's know.
    ob.write_ordered_json(ob.out("discover", "flash_manifest.json"), manifest)
    ob.write_json(ob.out("discover", "found.json"), _found(manifest, imported))


def _tell_computed(request):
    """The import failed, and what it lacks may be what it computes itself: with everything
    stood in for that is not there, it tells. Nothing else of it is worth anything.
    Returns whether it told anything new."""
    imported = import_project(dict(request, lenient=True), _byte_code_folder())
    found = {file: set() for file in request["computed"]}
    for item in imported["records"]:
        if item["file"] in found:
            found[item["file"]].update(item["dependencies"])
    if all(names <= set(request["computed"][file]) for file, names in found.items()):
        return False
    ob.fresh(ob.out("discover", "files"))
    ob.write_json(ob.out("discover", "found.json"), {
        "version": 1, "again": True, "files": {}, "warnings": [],
        "endpoints": [{"file": file, "functions": [{"dependencies": sorted(names)}]}
                      for file, names in sorted(found.items())],
    })
    return True


def _check_python(request):
    running = "{}.{}".format(*sys.version_info[:2])
    if running != request["python"]:
        raise ob.Failure([ob.problem(
            "PYTHON_UNSUPPORTED",
            "the base image has Python {}, but the app is built for {}".format(
                running, request["python"]),
            hint="choose a base with that Python (--base), or build for this one: "
            "--python " + running,
        )])


def _byte_code_folder():
    """Byte code is kept under everything that decides the installed files, since Python
    itself compares only times and sizes, and ours are constant."""
    keys = [sys.implementation.cache_tag]
    for path in (ob.mnt("lock", "ovenbird.lock"), ob.mnt("sdk", "report.json")):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                keys.append(ob_lock.digest(file.read()))
    folder = ob.mnt("cache", "pycache", ob_lock.digest("\n".join(keys).encode())[:32])
    os.makedirs(folder, exist_ok=True)
    return folder


def _found(manifest, imported):
    endpoints = []
    for name, resource in manifest["resources"].items():
        served = [item for item in imported["records"] if item["resource"] == name]
        client = resource.get("client_mode", False)
        kind = "client" if client else "queue"
        endpoints.append({
            "name": name,
            "kind": "load-balanced" if resource["is_load_balanced"] else kind,
            "resourceType": resource["resource_type"],
            "file": resource["file_path"],
            "handler": None if client else "handler_{}.py".format(name),
            "functions": [_found_function(item) for item in served],
        })
    return {
        "version": 1, "endpoints": endpoints, "files": imported["files"],
        "warnings": imported["warnings"],
    }


def _found_function(item):
    fields = {
        "name": item["name"], "module": item["module"], "isClass": item["isClass"],
        "line": item["line"], "method": item["method"], "path": item["path"],
        "dependencies": item["dependencies"], "systemDependencies": item["systemDependencies"],
    }
    return {key: value for key, value in fields.items() if value is not None}


if __name__ == "__main__":
    ob.main(step)
