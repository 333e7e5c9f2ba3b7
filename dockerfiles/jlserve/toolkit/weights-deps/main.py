"""Installs the packages that the weights' code imports, and no others: what else the app
requires may change without a new download."""

import ob
import ob_install


def step():
    text, target = ob_install.read_lock()
    tree = ob.fresh(ob.out("deps", "root", "opt", "deps"))
    ob_install.install(text, target, tree)


ob.main(step)
