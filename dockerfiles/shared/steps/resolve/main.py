"""Resolves the project's requirements into /ob/lock/ovenbird.lock."""

import os
import shutil

import ob
import ob_lock
import ob_uv
import ob_uv_messages
import uv_lock
import windows
from alone import each_alone
from origins import DECORATORS, Origins


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    if request.get("glibc") == "base":
        request["glibc"] = _own_glibc()
    work = _requirements_folder()
    sources = [source["file"] for source in request["sources"]]
    if request.get("uvLock"):
        sources.append(uv_lock.export(work, request.get("groups") or ()))
    if request.get("decorators"):
        sources.append(DECORATORS)
    head = ob_lock.header(
        request["python"], request["platform"], request.get("glibc"), request["inputsDigest"]
    )
    head += ob_lock.computed_line(request.get("computed") or {})
    body = _compile(request, work, sources)
    if request.get("noDeps"):
        head += ob_lock.shipped_line(_names(_compile(request, work, sources, ("--no-deps",))))
    ob.fresh(ob.out("lock"))
    ob.write_text(ob.out("lock", "ovenbird.lock"), head + body)


def _own_glibc():
    """The base image's C library: what is built will run in it."""
    return os.confstr("CS_GNU_LIBC_VERSION").split()[-1]


def _names(requirements):
    return [line.split("==")[0].split(" ")[0] for line in requirements.splitlines()
            if line[:1].isalnum()]


def _requirements_folder():
    """The requirement files at their own relative paths, so that a `-r` between them and
    the lock's "# via" comments read as in the project."""
    work = os.path.join(ob.scratch("resolve"), "project")
    given = ob.mnt("plan", "requirements")
    if os.path.isdir(given):
        shutil.copytree(given, work)
    target = os.path.join(work, DECORATORS)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(ob.mnt("plan", "decorators.txt"), target)
    return work


def _compile(request, work, sources, flags=()):
    if not sources:
        return ""
    lock = os.path.join(os.path.dirname(work), "ovenbird.lock")
    previous = ob.mnt("plan", "previous.lock")
    if os.path.isfile(previous):
        with open(previous, encoding="utf-8") as file:
            ob.write_text(lock, ob_lock.body(file.read()))
    arguments = ["pip", "compile", "--quiet", "--no-header", "--generate-hashes",
                 "--only-binary", ":all:", "--excludes", ob.mnt("plan", "excludes.txt"),
                 "--output-file", lock]
    arguments += ob_uv.target_flags(request["python"], request["platform"], request.get("glibc"))
    arguments += ob_uv.index_flags(request.get("index") or {})
    constraints = ob.mnt("plan", "constraints.txt")
    if os.path.isfile(constraints):
        arguments += ["--constraints", constraints]
    arguments += flags
    arguments += _upgrade_flags(request.get("upgrade"))
    status, said = ob_uv.run(arguments + sources, cwd=work)
    if status:
        origins = Origins(work, request)
        explain = ob_uv_messages.problems
        if ob_lock.is_windows(request["platform"]):
            explain = windows.Explainer(request, arguments, work).problems
        problems = ob_uv_messages.problems(said, origins)
        if problems[0]["code"] == "DEPENDENCY_UNRESOLVABLE":
            problems = each_alone(arguments, work, origins, explain) or explain(said, origins)
        raise ob.Failure(problems)
    with open(lock, encoding="utf-8") as file:
        text = file.read()
    if ob_lock.is_windows(request["platform"]):
        windows.refuse_wheels_of_others(text, Origins(work, request))
    # The comments say where a package comes from in the user's words.
    return text.replace("-r " + DECORATORS, request["decoratorWords"])


def _upgrade_flags(upgrade):
    if upgrade is True:
        return ["--upgrade"]
    return [flag for name in upgrade or () for flag in ("--upgrade-package", name)]


ob.main(step)
