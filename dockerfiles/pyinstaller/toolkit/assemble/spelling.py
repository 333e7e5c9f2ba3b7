"""The module that somebody meant, by the name that they wrote."""

import difflib

import ob_wheels


def imported_by(name, distributions):
    """What a distribution's name is imported by ("PyYAML" → "yaml"), or None.
    distributions: as distributions.importable() gives them."""
    held = distributions.get(ob_wheels.canonical(name)) or {"packages": [], "modules": []}
    names = held["packages"] + held["modules"]
    same = ob_wheels.canonical(name).replace("-", "_")
    return same if same in names else next(iter(names), None)


def nearest(name, known, distributions):
    """The real module that `name` most likely means, or None. known: all modules' names."""
    known = set(known)
    by_distribution = imported_by(name, distributions)
    if by_distribution and by_distribution != name:
        return by_distribution
    root, leaf = name.split(".")[0], name.rpartition(".")[2]
    roots = sorted({each.split(".")[0] for each in known})
    folded = {each.lower(): each for each in roots}
    if root not in roots:
        # Perhaps only its last part was written: `cyaml`.
        ends = [each for each in known if each.endswith("." + name)]
        if len(ends) == 1:
            return ends[0]
        root = folded.get(root.lower()) or _closest(root, roots)
        if root is None:
            return None
    if "." not in name:
        return root
    inside = sorted(each for each in known if each.startswith(root + "."))
    # A module that has moved keeps its own name.
    moved = [each for each in inside if each.endswith("." + leaf)]
    return moved[0] if len(moved) == 1 else _closest(name, inside)


def _closest(name, names):
    return next(iter(difflib.get_close_matches(name, names, 1, 0.8)), None)
