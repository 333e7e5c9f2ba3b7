"""Installs the Flash worker's own packages into /ob/sdk/tree: what a project's modules are
imported with, and where the archive's runpod_flash/ comes from."""

import ob
import ob_install
import ob_lock
import ob_wheels


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    with open(ob.mnt("toolkit", "requirements.txt"), "rb") as file:
        requirements = file.read()
    ob.fresh(ob.out("sdk"))
    tree = ob.fresh(ob.out("sdk", "tree"))
    ob_install.install(requirements.decode(), request, tree)
    ob.write_json(ob.out("sdk", "report.json"), {
        "packages": ob_wheels.packages(tree), "digest": ob_lock.digest(requirements)})


ob.main(step)
