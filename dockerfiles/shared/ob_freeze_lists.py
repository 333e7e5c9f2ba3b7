"""The lists of an analysis that is done: what is added, what is left out, what is told of them."""

import os

#: Runs before the program's own script: without it, a child that multiprocessing starts would run
#: the whole program again, and so on.
_CHILDREN = """import multiprocessing
multiprocessing.freeze_support()
"""

#: Parts of glibc itself: they work with the glibc that they were built with, and each has its own.
_OF_GLIBC = ("libmvec.so.1",)


def leave_out(analysis):
    """Takes out what every system has of its own, and must."""
    analysis.binaries = [entry for entry in analysis.binaries
                         if os.path.basename(entry[0]) not in _OF_GLIBC]


def start_children(analysis, launch):
    """Adds the script where multiprocessing is part of the program."""
    names = {entry[0] for entry in analysis.pure}
    if "multiprocessing" not in names:
        return
    path = os.path.join(launch, "pyi_rth_ob_children.py")
    if not os.path.exists(path):
        # A spec whose scripts need no launcher has none yet.
        os.makedirs(launch, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(_CHILDREN)
    hooks = [entry for entry in analysis.scripts if os.path.basename(entry[1]).startswith("pyi_rth")]
    entry = ("pyi_rth_ob_children", path, "PYSOURCE")
    if entry not in analysis.scripts:
        analysis.scripts.insert(len(hooks), entry)


def describe(analysis):
    """For the report: what the bundle consists of."""
    return {name: [list(entry) for entry in getattr(analysis, name)]
            for name in ("binaries", "datas", "pure")}


def lacking(analysis, extra):
    """Files of `extra` that the analysis would not have found by itself: [(source, folder)]."""
    ours = {_place(entry) for entry in extra["datas"]}
    named = {entry[0] for entry in analysis._input_datas} - ours
    named |= {entry[0] for entry in analysis.graph.make_hook_datas_toc()}
    for source, folder in analysis.graph.metadata_required():
        named.add(os.path.join(folder, os.path.basename(source)) if os.path.isfile(source) else folder)
    return [list(entry) for entry in extra["datas"]
            if _place(entry) not in named and entry[1] not in named]


def _place(entry):
    return os.path.normpath(os.path.join(entry[1], os.path.basename(entry[0])))
