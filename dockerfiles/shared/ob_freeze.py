"""Runs PyInstaller for a step: the job for the child process, and the child's log."""

import os
import re
import shutil
import subprocess
import sys

import ob
import ob_freeze_child
import ob_freeze_words
import ob_outline
import ob_pth
import ob_pyinstaller_metadata

#: Where what `analyse` keeps lies for itself and, the same, for `assemble`.
SAVED = ("analysis", "saved")

#: Lines of its log that people see while it runs.
_SHOWN = re.compile(r"\d+ (WARNING(?!: Excluding Wine)|ERROR|CRITICAL|INFO: (Running Analysis|Analyzing /|"
                    r"Processing module hooks|Looking for dynamic libraries|Building (PYZ|PKG|EXE|COLLECT) (?!.*(success|because))))")

#: Of a bundle of its own only what the project asks for: setuptools is PyInstaller's here.
_TOOLS = {"pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "setuptools", "pefile", "pywin32-ctypes"}


def read_request():
    return ob.read_json(ob.mnt("plan", "request.json"))


def job(request, mode, saved, trace):
    """What the child is given, in this system's words. saved: folder of what `analyse` keeps, or None."""
    project, launch = ob.mnt("project"), ob.mnt("launch")
    entry = request["entry"]
    is_spec = entry["kind"] == "spec"
    wants_setuptools = _wants_setuptools(request)
    base = os.path.dirname(os.path.join(project, entry["file"])) if is_spec else project
    options = ["--name", request["name"]] if request["name"] and not is_spec else []
    options += ["--" + request["bundle"]] if request["bundle"] and not is_spec else []
    return {
        "mode": mode,
        "entry": entry,
        "spec": os.path.join(project, entry["file"]) if is_spec else None,
        "options": options + request["options"],
        "additions": request["additions"],
        "tools": sorted(_TOOLS - ({"setuptools"} if wants_setuptools else set())),
        "trace": trace,
        "settings": {
            "base": base,
            "project": project,
            "roots": [os.path.normpath(os.path.join(project, root)) for root in request["sourceRoots"]],
            "excludes": [] if wants_setuptools else ["setuptools", "pkg_resources"],
        },
        "project": project,
        "metadata": request.get("project"),
        "packages": ob.mnt("deps"),
        "launch": launch,
        "saved": saved,
        "dist": ob.out("dist", "tree") if mode == "assemble" else ob.out("work", "dist"),
        "work": ob.out("work"),
        "imported": ob.out(ob_outline.IMPORTED),
        "report": ob.mnt("tmp", "child.json"),
    }


def run(described, system):
    """Runs the child; returns (status, log, what the child reports or None), in this system's words."""
    given = ob.mnt("tmp", "job.json")
    ob.write_json(given, ob_freeze_words.given(described, system))
    metadata = ob.mnt("tmp", "metadata")
    roots = described["settings"]["roots"]
    search = roots + [metadata] + ob_pth.search(described["packages"])
    environment = system.environment(
        PYTHONPATH=system.separator.join(map(system.given, search)),
        PYTHONHASHSEED="1",
        SOURCE_DATE_EPOCH=str(ob.EPOCH),
        PYINSTALLER_CONFIG_DIR=system.given(ob.mnt("tmp", "pyinstaller")),
    )
    os.makedirs(metadata, exist_ok=True)
    if described["metadata"]:
        ob_pyinstaller_metadata.write_dist_info(metadata, described["metadata"])
    child = system.given(os.path.abspath(ob_freeze_child.__file__))
    process = subprocess.Popen(
        system.command(child, system.given(given)), cwd=described["project"], env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    )
    lines = []
    for line in process.stdout:
        lines.append(system.said(line))
        if _SHOWN.match(lines[-1]):
            sys.stderr.write(lines[-1].split(" ", 1)[1])
    status = process.wait()
    system.finish()
    report = None if status else ob_freeze_words.told(ob.read_json(described["report"]), system)
    return status, "".join(lines), report


def found_hidden(log, names):
    """Of the names those that only their being named brought into the bundle. Of the standard
    library none: what it loads by itself is no news."""
    asked = set(re.findall(r"Analyzing hidden import '([^']+)'", log))
    # Python 3.9 has no list of its own; there they are told as well.
    standard = getattr(sys, "stdlib_module_names", ())
    return sorted(name for name in asked & names
                  if name.split(".")[0] not in standard and not name.startswith("_sysconfigdata"))


def _wants_setuptools(request):
    """Whether a package other than PyInstaller's own, or the project, requires setuptools."""
    requires = list((request.get("project") or {}).get("dependencies") or ())
    requires += request.get("requirements") or []
    folder = ob.mnt("deps")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if not name.endswith(".dist-info"):
            continue
        distribution = name.split("-")[0].replace("_", "-").lower()
        if distribution in _TOOLS:
            continue
        with open(os.path.join(folder, name, "METADATA"), encoding="utf-8", errors="replace") as file:
            requires += [line[len("Requires-Dist:"):] for line in file
                         if line.startswith("Requires-Dist:") and "extra ==" not in line]
    return any(re.match(r"\s*setuptools\b", each, re.IGNORECASE) for each in requires)


def keep_listings(folder, log, child, trace, system):
    """PyInstaller's log, its lists of what it missed and of what imports what, and what it only
    has because the trace named it."""
    for at, _, names in os.walk(ob.out("work")):
        for name in names:
            if name.startswith(("warn-", "xref-")):
                with open(os.path.join(at, name), encoding="utf-8") as file:
                    ob.write_text(os.path.join(folder, name), system.said(file.read()))
    ob.write_text(os.path.join(folder, "log.txt"), log)
    ob.write_json(os.path.join(folder, "found.json"), {
        "hiddenImports": found_hidden(log, set(trace["modules"]) - set(child["asked"])),
        "lacking": child["lacking"],
    })


def tidy():
    """Leaves nothing of the run but its results."""
    for name in ("work", ob_outline.CALLED, ob_outline.IMPORTED):
        path = ob.out(name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.remove(path)
