"""Installs exactly what ovenbird.lock pins into /ob/deps/tree: wheels only, by hash. What the
lock has for the import alone (--no-deps) goes into /ob/deps/unshipped."""

import os

import ob
import ob_lock
import ob_uv
import ob_uv_messages
import ob_wheels


def step():
    path = ob.mnt("lock", "ovenbird.lock")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        target = ob_lock.parse(text)
    except ValueError as error:
        raise ob.Failure([ob.problem(
            "DEPENDENCY_UNRESOLVABLE", str(error), location=ob.at("ovenbird.lock", 1),
            hint="delete ovenbird.lock and build again",
        )])
    ob.fresh(ob.out("deps"))
    shipped, unshipped = ob_lock.split(text)
    tree = ob.fresh(ob.out("deps", "tree"))
    _install(shipped, target, tree)
    _install(unshipped, target, ob.fresh(ob.out("deps", "unshipped")))
    ob.write_json(ob.out("deps", "report.json"), {"packages": ob_wheels.packages(tree)})


def _install(requirements, target, tree):
    if not ob_lock.has_requirements(requirements):
        return
    lock = os.path.join(ob.scratch("install"), "requirements.txt")
    ob.write_text(lock, requirements)
    arguments = ["pip", "install", "--quiet", "--target", tree, "--no-deps", "--require-hashes",
                 "--only-binary", ":all:", "-r", lock]
    arguments += ob_uv.target_flags(target["python"], target["platform"], target["glibc"])
    arguments += ob_uv.index_flags(ob.index_settings())
    status, said = ob_uv.run(arguments)
    if status:
        raise ob.Failure(ob_uv_messages.problems(said))
    ob_wheels.normalise(tree)


ob.main(step)
