"""Installs exactly what ovenbird.lock pins into /ob/deps/tree: wheels only, by hash."""

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
    tree = ob.fresh(ob.out("deps", "tree"))
    if ob_lock.has_requirements(text):
        _install(path, target, tree)
    ob_wheels.normalise(tree)
    ob.write_json(ob.out("deps", "report.json"), {"packages": ob_wheels.packages(tree)})


def _install(lock, target, tree):
    arguments = ["pip", "install", "--quiet", "--target", tree, "--no-deps", "--require-hashes",
                 "--only-binary", ":all:", "-r", lock]
    arguments += ob_uv.target_flags(target["python"], target["platform"], target["glibc"])
    arguments += ob_uv.index_flags(ob.index_settings())
    status, said = ob_uv.run(arguments)
    if status:
        raise ob.Failure(ob_uv_messages.problems(said))


ob.main(step)
