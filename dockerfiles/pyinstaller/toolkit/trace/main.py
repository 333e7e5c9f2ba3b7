"""Runs the program as it is, not frozen, with the command that the smoke run has: what it loads
and opens meanwhile is what PyInstaller's analysis may miss. What the program does is never a
failure of the step. /ob/trace/trace.json has what the analysis uses, and nothing that varies
from run to run, as it is part of the next step's key; /ob/trace-report is for the report."""

import os

import entry
import evidence
import ob
import ob_pth
import ob_pyinstaller_metadata
import ob_system
import watch
import wine

#: As much of the program's last words as the report shows.
_SAID = 4000


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    system = ob_system.of(request)
    work = ob.scratch("trace")
    try:
        start = entry.find(request["entry"], request.get("project"), ob.mnt("project"))
    except entry.Unreadable as error:
        _leave({"ran": False, **evidence.NONE}, watch.Outcome(said=str(error)))
        return
    search = _search(request, start, work)
    watched = [ob.mnt("project"), ob.mnt("deps"), search[0]]
    folders = _fresh(work)
    record = os.path.join(work, "record")
    given = os.path.join(work, "given")
    smoke = request["smoke"]
    # A Python literal, as reading JSON would load modules that the program may not need.
    ob.write_text(given, ascii({
        "record": system.given(record), "watched": [system.given(folder) for folder in watched],
        **_translated(start, system), "arguments": list(smoke["arguments"]),
        "environment": _environment(system, folders), "libraries": _libraries(system),
    }))
    outcome = watch.run(
        system, given, search, folders, smoke["timeoutSeconds"], (smoke.get("http") or {}).get("path"))
    found = evidence.read(record, system, search, watched)
    _leave({"ran": True, **found}, outcome)


def _search(request, start, work):
    """PYTHONPATH: the project's own metadata, source roots, what a spec adds, packages."""
    metadata = os.path.join(work, "metadata")
    os.makedirs(metadata)
    if request.get("project"):
        ob_pyinstaller_metadata.write_dist_info(metadata, request["project"])
    roots = [os.path.normpath(ob.mnt("project", root)) for root in request["sourceRoots"]]
    return list(dict.fromkeys([metadata] + start["roots"] + roots + ob_pth.search(ob.mnt("deps"))))


def _translated(start, system):
    """Where it begins, in the words of the program's system."""
    entry, first = dict(start["entry"]), start["first"]
    if entry["kind"] == "script":
        entry["file"] = system.given(entry["file"])
    return {"entry": entry, "name": system.given(start["name"]), "first": first and system.given(first)}


def _environment(system, folders):
    """What the program's own process is to set."""
    if system.name == "windows":
        return wine.variables(system, folders["home"], folders["tmp"])
    return {}


def _libraries(system):
    """Where Windows is to look for DLLs: pywin32's lie apart from its modules, and are found by
    code that its .pth file would run."""
    folder = ob.mnt("deps", "pywin32_system32")
    return [system.given(folder)] if system.name == "windows" and os.path.isdir(folder) else []


def _fresh(work):
    folders = {name: os.path.join(work, name) for name in ("home", "tmp", "cwd")}
    for folder in folders.values():
        os.makedirs(folder)
    return folders


def _leave(trace, outcome):
    ob.write_json(ob.out("trace", "trace.json"), trace)
    report = ob.fresh(ob.out("trace-report"))
    texts = {
        "seconds": "{:.3f}".format(outcome.seconds), "said": outcome.said[-_SAID:],
        "http": outcome.http, "reason": outcome.reason,
        "status": "" if outcome.status is None else str(outcome.status),
    }
    for name, text in texts.items():
        ob.write_text(os.path.join(report, name), text)


ob.main(step)
