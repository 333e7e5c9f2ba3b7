"""Entries of an analysis' lists (name in the bundle, source, kind), as they are kept."""

import os
import shutil

from PyInstaller.config import CONF

#: Begins the path of a file that is kept with what was found.
_OWN = "kept:"


def kept(analysis, name, folder, number):
    """The entries of a list. Files that are PyInstaller's own work are moved to where they stay;
    what a spec made is made again."""
    given = {entry[1] for entry in analysis._input_datas + analysis._input_binaries}
    return [_moved(tuple(entry), folder, number, given) for entry in getattr(analysis, name)]


def _moved(entry, folder, number, given):
    source = entry[1] if len(entry) > 1 else None
    if not isinstance(source, str) or source in given or not source.startswith(CONF["workpath"] + os.sep):
        return entry
    to = os.path.join(folder, "{}-{}".format(number, os.path.relpath(source, CONF["workpath"])))
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copyfile(source, to)
    return (entry[0], _OWN + os.path.relpath(to, folder)) + entry[2:]


def here(entries, folder):
    """The entries as they were; files that were PyInstaller's own work lie there again: what
    several analyses have of one path is one file to it."""
    return [_back(entry, folder) for entry in entries]


def _back(entry, folder):
    source = entry[1] if len(entry) > 1 else None
    if not isinstance(source, str) or not source.startswith(_OWN):
        return entry
    number, _, path = source[len(_OWN):].partition("-")
    to = os.path.join(CONF["workpath"], path)
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copyfile(os.path.join(folder, "{}-{}".format(number, path)), to)
    return (entry[0], to) + entry[2:]


def are_files(analysis, is_fixed):
    """Whether all modules of the project that were found are files to be compiled for the
    archive. Of others there is byte code already, and that is of outlines."""
    own = [entry for entry in analysis.pure + analysis._modules_outside_pyz
           if entry[1] not in (None, "-") and not is_fixed(entry[1])]
    outside = {entry[0] for entry in analysis._modules_outside_pyz if entry in own}
    compiled = [entry for entry in analysis.datas if "localpycs" in str(entry[1])]
    base = {node.identifier for node in analysis.graph._base_modules}
    return all(os.path.isfile(entry[1]) for entry in own) and not outside & base and not (
        outside and compiled)
