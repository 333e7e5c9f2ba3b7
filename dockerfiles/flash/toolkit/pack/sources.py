"""What goes into the archive: files of the project, generated ones, squeezed segments."""

import os

import ob
import ob_tree


class Sources:
    def __init__(self):
        #: [(name, path, size or None, executable)] of the user's tree.
        self.project = []
        #: {name: bytes} of files made by the build.
        self.generated = {}
        #: {"deps": …, "sdk": …}: what the squeeze step wrote beside its segments.
        self.squeezed = {}


def read_sources():
    sources = Sources()
    sources.project = list(ob_tree.walk(ob.mnt("project")))
    files = ob.mnt("discover", "files")
    for name, path, size, _ in ob_tree.walk(files):
        if size is not None:
            with open(path, "rb") as file:
                sources.generated[name] = file.read()
    for label in ("deps", "sdk"):
        sources.squeezed[label] = ob.read_json(ob.mnt("squeeze", label + ".json"))
        sources.squeezed[label]["path"] = ob.mnt("squeeze", label + ".deflate")
    return sources


def package_of_top(name):
    """The distribution that brought a top-level name, from the RECORDs; or None."""
    tree = ob.mnt("deps", "tree")
    for info in sorted(item for item in os.listdir(tree) if item.endswith(".dist-info")):
        record = os.path.join(tree, info, "RECORD")
        if not os.path.isfile(record):
            continue
        with open(record, encoding="utf-8") as file:
            for line in file:
                if line.startswith((name + "/", name + ",")):
                    return info[:-len(".dist-info")].rsplit("-", 1)[0]
    return None
