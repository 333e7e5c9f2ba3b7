"""Builds the executables from the project's files, with the analysis that was kept where it is
that of these files; reports what they consist of."""

import os

import bundle
import explain
import listings
import ob
import ob_freeze
import ob_system
import system_needs
import worth


def step():
    request = ob_freeze.read_request()
    system = ob_system.of(request)
    trace = ob.read_json(ob.mnt("trace", "trace.json"))
    kept = ob.mnt("analysis")
    saved = os.path.join(kept, "saved") if os.path.isfile(os.path.join(kept, "saved", "state")) else None
    tree = ob.fresh(ob.out("dist", "tree"))
    status, log, child = ob_freeze.run(ob_freeze.job(request, "assemble", saved, trace), system)
    if status:
        raise ob.Failure(explain.problems(log, request))
    kept = listings.listings(kept, child, log, trace, system)
    _report(request, trace, tree, child, kept, system)
    ob_freeze.tidy()


def _report(request, trace, tree, child, kept, system):
    listed = bundle.entries(child)
    programs = bundle.programs(tree, system)
    if not programs:
        raise ob.Failure([ob.problem(
            "PYINSTALLER_SPEC_FAILED", "the spec made no executable", location=ob.at(request["entry"]["file"]),
            hint="it must call EXE(…), and COLLECT(…) for a folder")])
    modules, count = bundle.own(listed)
    size = bundle.packages(listed, system)
    made = [(name, os.path.join(tree, name)) for name in programs]
    with open(os.path.join(kept, "log.txt"), encoding="utf-8") as file:
        needs = system_needs.needs(request, made, listed, file.read())
    ob.write_text(ob.out("programs", "program"), "".join(each + "\n" for each in programs))
    ob.write_json(ob.out("report", "report.json"), {
        "files": bundle.files(tree),
        "programs": programs,
        "reused": bool(child["reused"]) and all(child["reused"]),
        "own": sorted({name.split(".")[0] for name in modules} | bundle.importable(
            [ob.mnt("project", root) for root in request["sourceRoots"]])),
        "userFiles": count,
        "packages": size.pop("packages"),
        "rest": size,
        "glibc": needs["glibc"],
        "found": ob.read_json(os.path.join(kept, "found.json")),
        "warnings": needs["warnings"] + worth.warnings(request, kept, modules, trace["modules"], system),
    })


ob.main(step)
