"""Names that two sources claim: what one would overwrite or hide silently is an error."""

import ob
import ob_tree
from sources import package_of_top


def check_collisions(sources):
    problems = []
    files = {name for name, _, size, _ in sources.project if size is not None}
    tops = {ob_tree.top(name) for name, _, _, _ in sources.project}
    taken = set(sources.generated) | {"flash_manifest.json"}
    for name in sorted(files & taken):
        problems.append(_collision(name, "{} is made by the build".format(name)))
    for name in sorted(tops & {"runpod_flash"}):
        problems.append(_collision(name, "the SDK runpod_flash lies there in the archive"))
    dependencies = sources.squeezed["deps"]["entries"]
    for top in sorted(tops):
        stem = top[:-3] if top.endswith(".py") else top
        for other in (stem, stem + ".py"):
            if other in dependencies and _clash(top, other, files, dependencies[other]):
                package = package_of_top(other) or other
                problems.append(_collision(
                    top, "the dependency {} installs {} at the same place".format(package, other)))
    return problems


def _clash(top, other, files, entries):
    """Two folders may share a name when both are namespace packages without a common file."""
    if top != other or top in files:
        return True
    theirs = {name for name, size in entries if size is not None}
    if theirs & files:
        return True
    return top + "/__init__.py" in files or top + "/__init__.py" in theirs


def _collision(name, why):
    return ob.problem(
        "FLASH_NAME_COLLISION", "{} in the project would be hidden: {}".format(name, why),
        "rename {} in the project".format(name), ob.at(name),
    )
