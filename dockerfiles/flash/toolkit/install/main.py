"""Installs exactly what ovenbird.lock pins into /ob/deps/tree. What the lock has for the
import alone (--no-deps) goes into /ob/deps/unshipped."""

import ob
import ob_install
import ob_lock
import ob_wheels


def step():
    text, target = ob_install.read_lock()
    ob.fresh(ob.out("deps"))
    shipped, unshipped = ob_lock.split(text)
    tree = ob.fresh(ob.out("deps", "tree"))
    ob_install.install(shipped, target, tree)
    ob_install.install(unshipped, target, ob.fresh(ob.out("deps", "unshipped")))
    ob.write_json(ob.out("deps", "report.json"), {"packages": ob_wheels.packages(tree)})


ob.main(step)
