"""What the installed distributions hold, by their RECORDs."""

import os

import ob_wheels


def installed(tree):
    """[{"name": canonical, "version", "info": folder}] of an installed tree."""
    found = []
    for info in ob_wheels.dist_infos(tree):
        name, _, version = info[:-len(".dist-info")].rpartition("-")
        found.append({"name": ob_wheels.canonical(name), "version": version, "info": info})
    return found


def importable(tree):
    """{distribution's canonical name: {"packages": [], "modules": []}}: what each is imported
    by, public names first: {"pyyaml": {"packages": ["yaml", "_yaml"], "modules": []}}. A module
    is one file, in which nothing can be collected."""
    found = {}
    for item in installed(tree):
        packages, modules = set(), set()
        for path, _, _ in ob_wheels.record(tree, item["info"]):
            top, _, rest = path.partition("/")
            if rest and top.isidentifier() and top not in ("bin", "__pycache__"):
                packages.add(top)
            elif not rest and top.endswith((".py", ".so", ".pyd")):
                modules.add(top.split(".", 1)[0])
        found[item["name"]] = {
            "packages": _public_first(packages), "modules": _public_first(modules - packages)}
    return found


def owners(tree):
    """{path relative to the tree: (name, version)} of every file that a RECORD has."""
    return {
        os.path.normpath(path): (item["name"], item["version"])
        for item in installed(tree) for path, _, _ in ob_wheels.record(tree, item["info"])
    }


def _public_first(names):
    return sorted(names, key=lambda name: (name.startswith("_"), name))
