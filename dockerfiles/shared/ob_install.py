"""Installs what a lock pins into a folder: wheels only, by hash, for the target's platform."""

import os

import ob
import ob_lock
import ob_uv
import ob_uv_messages
import ob_wheels


def read_lock():
    """(text, header) of the mounted lock."""
    with open(ob.mnt("lock", "ovenbird.lock"), encoding="utf-8") as file:
        text = file.read()
    try:
        return text, ob_lock.parse(text)
    except ValueError as error:
        name = ob_lock.file_of("windows/" if " windows/" in text.split("# inputs")[0] else "")
        raise ob.Failure([ob.problem(
            "DEPENDENCY_UNRESOLVABLE", str(error), location=ob.at(name, 1),
            hint="delete {} and build again".format(name),
        )])


def install(requirements, target, tree):
    """Installs requirements with hashes into the folder `tree`, which is there and empty.
    target: the lock's header."""
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
        raise ob.Failure(ob_uv_messages.problems(said, lock=ob_lock.file_of(target["platform"])))
    if ob_lock.is_windows(target["platform"]):
        ob_wheels.drop_scripts(tree)
    ob_wheels.normalise(tree)
