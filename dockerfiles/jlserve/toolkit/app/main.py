"""Imports the app once, as the finished image will, checks it, and lays out what the image
gets of it: the files, the small programs and the OpenAPI document."""

import os

import layout
import natives
import ob
from importing import import_app


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    root = ob.fresh(ob.out("app", "root"))
    native = _native_report()
    suspects = natives.suspects(native, _packages(), request["file"])
    imported = import_app(request, suspects)
    problems, warnings = natives.judge(native, imported, suspects, request)
    problems += imported["problems"]
    if problems:
        raise ob.Failure(problems)
    app = imported["app"]
    made = layout.lay_out(root, request, app, imported["openapi"])
    report = {
        "name": app["name"], "class": app["class"], "endpoints": app["endpoints"],
        "files": made["files"], "packages": _packages(),
        "warnings": imported["warnings"] + warnings + made["warnings"],
    }
    ob.write_text(ob.out("report", "report.json"), layout.canonical_json(report))
    # For the weights' step, which waits for this one and depends on nothing of it.
    ob.write_text(ob.out("app", "checked", "yes"), "")


def _native_report():
    return ob.read_json(ob.mnt("native", "report.json"))


def _packages():
    path = ob.mnt("deps", "report.json")
    return ob.read_json(path)["packages"] if os.path.isfile(path) else []


if __name__ == "__main__":
    ob.main(step)
