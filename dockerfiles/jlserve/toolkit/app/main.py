"""Imports the app once, as the finished image will, checks it, and lays out what the image
gets of it: the files, the small programs, the OpenAPI document and the marker."""

import os

import layout
import natives
import ob
from importing import import_app


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    weights = _weights_report()
    root = ob.fresh(ob.out("app", "root"))
    if weights["status"] == "fallback":
        # The weights must be made again from more than the slice: the host plans anew, and
        # nothing of this run is used. The empty folder lets the last stage copy it.
        ob.write_json(ob.out("report", "report.json"), {"weights": weights})
        return
    native = _native_report()
    suspects = natives.suspects(native, _packages(), request["file"])
    imported = import_app(request, suspects)
    problems, warnings = natives.judge(native, imported, suspects, request)
    problems += imported["problems"]
    if problems:
        raise ob.Failure(problems)
    app = imported["app"]
    made = layout.lay_out(root, request, app, imported["openapi"], weights)
    report = {
        "name": app["name"], "class": app["class"], "endpoints": app["endpoints"],
        "files": made["files"], "packages": _packages(),
        "warnings": imported["warnings"] + warnings + made["warnings"], "weights": weights,
    }
    ob.write_text(ob.out("report", "report.json"), layout.canonical_json(report))


def _weights_report():
    """The weights' own report with what the slice says about their key."""
    report = ob.read_json(ob.mnt("weights-report", "report.json"))
    sliced = ob.read_json(ob.mnt("slice-report", "report.json"))
    report.update({name: sliced[name] for name in ("key", "mode", "why", "parts") if name in sliced
                   and name not in report})
    return report


def _native_report():
    return ob.read_json(ob.mnt("native", "report.json"))


def _packages():
    path = ob.mnt("deps", "report.json")
    return ob.read_json(path)["packages"] if os.path.isfile(path) else []


if __name__ == "__main__":
    ob.main(step)
