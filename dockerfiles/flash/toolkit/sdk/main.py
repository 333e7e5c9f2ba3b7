"""Installs the Flash worker's own packages into /ob/sdk/tree: what a project's modules are
imported with, and where the archive's runpod_flash/ comes from."""

import ob
import ob_lock
import ob_uv
import ob_uv_messages
import ob_wheels


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    requirements = ob.mnt("toolkit", "requirements.txt")
    ob.fresh(ob.out("sdk"))
    tree = ob.fresh(ob.out("sdk", "tree"))
    arguments = ["pip", "install", "--quiet", "--target", tree, "--no-deps", "--require-hashes",
                 "--only-binary", ":all:", "-r", requirements]
    arguments += ob_uv.target_flags(request["python"], request["platform"], request["glibc"])
    arguments += ob_uv.index_flags(ob.index_settings())
    status, said = ob_uv.run(arguments)
    if status:
        raise ob.Failure(ob_uv_messages.problems(said))
    ob_wheels.normalise(tree)
    with open(requirements, "rb") as file:
        digest = ob_lock.digest(file.read())
    ob.write_json(
        ob.out("sdk", "report.json"), {"packages": ob_wheels.packages(tree), "digest": digest}
    )


ob.main(step)
