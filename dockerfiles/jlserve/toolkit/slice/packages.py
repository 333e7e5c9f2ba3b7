"""The part of the lock that the slice's code needs: a requirement that it does not import
may change without running it again."""

import os
import re

import ob
import ob_lock
import ob_wheels

#: The subset's header names no inputs: it is made of the lock, not of requirements.
_INPUTS = "weights"


def subset_lock(lock, tree, imported):
    """(text of the subset, [{"name", "version"}]) for the top-level modules `imported`;
    None for these takes all of the lock."""
    header = ob_lock.parse(lock)
    blocks = _blocks(lock)
    if imported is None:
        wanted = set(blocks)
    else:
        wanted = _closure(_owners(tree, imported), tree, set(blocks))
    text = ob_lock.header(header["python"], header["platform"], header["glibc"], _INPUTS)
    text += "".join(blocks[name] for name in sorted(wanted & set(blocks)))
    return text, [_pinned(blocks[name], name) for name in sorted(wanted & set(blocks))]


def _blocks(lock):
    """Canonical name → its lines, of what the lock ships."""
    found, name = {}, None
    for line in ob_lock.split(lock)[0].splitlines(keepends=True):
        if line[:1].isalnum():
            name = ob_wheels.canonical(re.match(r"[A-Za-z0-9._-]+", line).group(0))
            # One name may stand there twice, for different machines.
            found[name] = found.get(name, "") + line
        elif name and line[:1].isspace() and line.strip() and not line.lstrip().startswith("#"):
            found[name] += line
    return {name: text if text.endswith("\n") else text + "\n" for name, text in found.items()}


def _pinned(block, name):
    match = re.match(r"[^=\s;@]+\s*==\s*([^\s;\\]+)", block)
    return {"name": name, "version": match.group(1) if match else ""}


def _owners(tree, imported):
    """Names of the packages that have any of these top-level modules."""
    found = set()
    if not os.path.isdir(tree):
        return found
    for info in ob_wheels.dist_infos(tree):
        if imported & _top_level(os.path.join(tree, info)):
            found.add(_name_of(info))
    return found


def _name_of(info):
    return ob_wheels.canonical(info[:-len(".dist-info")].rsplit("-", 1)[0])


def _top_level(info):
    """The importable names that an installed package has at the top."""
    names = set()
    try:
        with open(os.path.join(info, "RECORD"), encoding="utf-8", errors="replace") as file:
            for line in file:
                first = re.match(r'"?([^/,"]+)', line)
                if first:
                    names.add(first.group(1).split(".")[0])
    except OSError:
        # Without a list of its files it may have anything.
        return _Everything()
    return names


class _Everything(set):
    def __rand__(self, other):
        return set(other)


def _closure(names, tree, locked):
    """The packages with all that they may use: extras and markers are not looked at, whatever
    is locked joins."""
    requires = {}
    if os.path.isdir(tree):
        for info in ob_wheels.dist_infos(tree):
            requires[_name_of(info)] = _requires(os.path.join(tree, info, "METADATA"))
    found, pending = set(), sorted(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        pending += sorted(requires.get(name, set()) & locked)
    return found


def _requires(path):
    found = set()
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if not line.strip():
                    break
                match = re.match(r"Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)", line)
                if match:
                    found.add(ob_wheels.canonical(match.group(1)))
    except OSError:
        raise ob.Failure([ob.problem("INTERNAL", "{} cannot be read".format(path))], ob.DEFECT)
    return found
