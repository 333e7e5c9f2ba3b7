"""What an analysis is given beyond the spec: what a trace or a failed run showed to be missing."""

import os
import re
import sys

#: Modules that are in reach of a traced program, and no part of any.
_OF_PYINSTALLER = ("PyInstaller", "_pyinstaller_hooks_contrib", "altgraph",
                   "pefile", "peutils", "ordlookup", "win32ctypes")

#: Files that lie beside a program's data and are none.
_NO_DATA = (".py", ".pyc", ".pyw", ".so", ".pyd", ".dll", ".spec", ".toml")


def resolve(job):
    """The additions as an Analysis takes them: hiddenImports, datas, binaries."""
    from PyInstaller.utils import hooks
    additions, trace = job["additions"], job["trace"]
    excluded = tuple(job["settings"]["excludes"])
    excluded += _OF_PYINSTALLER
    hidden = [name for name in trace["modules"] if name.split(".")[0] not in excluded]
    hidden += additions["hiddenImports"]
    datas, binaries = [], []
    for package in additions["collectSubmodules"]:
        hidden += hooks.collect_submodules(package)
    metadata = {name for name in trace["metadata"] if _canonical(name) not in job["tools"]}
    for name in sorted(metadata | set(additions["copyMetadata"])):
        datas += _metadata(hooks, name)
    for path in trace["data"]:
        datas += _data(hooks, job, path)
    for name in additions["collectData"]:
        datas += hooks.collect_data_files(name)
    for name in additions["data"]:
        datas += _bundled(hooks, job, name)
    # Python files that the program loads by their path stay files.
    for path in trace.get("loose", ()):
        datas += _as_it_lies(job, path)
    for path in trace.get("libraries", ()):
        binaries += _as_it_lies(job, path)
    for name in additions["libraries"]:
        binaries += _library(job["packages"], name)
    return {"hiddenImports": sorted(set(hidden)), "datas": sorted(set(datas)),
            "binaries": sorted(set(binaries))}


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _as_it_lies(job, path):
    """A file at the place in the bundle that it has beside its package."""
    root = _root_of(path, job)
    return [(path, os.path.dirname(os.path.relpath(path, root)) or ".")] if root else []


def _metadata(hooks, name):
    from importlib.metadata import PackageNotFoundError
    try:
        return [tuple(each) for each in hooks.copy_metadata(name)]
    except PackageNotFoundError:
        return []


def _data(hooks, job, path):
    """A data file that the program opened: with its neighbours, as others will be opened too."""
    root = _root_of(path, job)
    return _neighbours(root, os.path.dirname(os.path.relpath(path, root))) if root else []


def _bundled(hooks, job, name):
    """A path that was missing in the bundle."""
    for root in _roots(job):
        at = os.path.join(root, name)
        if os.path.isdir(at):
            return _neighbours(root, name.rstrip("/"))
        if os.path.isfile(at):
            return _neighbours(_root_of(at, job), os.path.dirname(os.path.relpath(at, _root_of(at, job))))
    return []


def _roots(job):
    """Folders that modules are imported from; `src` also where only a spec knows of it."""
    return job["settings"]["roots"] + [os.path.join(job["project"], "src"), job["packages"]]


def _root_of(path, job):
    """The folder that a file's package is imported from; of one in no package the nearest root."""
    folder = os.path.dirname(path)
    while folder.startswith(job["project"] + os.sep) and not _is_package(folder):
        folder = os.path.dirname(folder)
    if _is_package(folder):
        while _is_package(os.path.dirname(folder)):
            folder = os.path.dirname(folder)
        return os.path.dirname(folder)
    inside = [root for root in _roots(job) if path.startswith(root + os.sep)]
    return max(inside, key=len, default=None)


def _is_package(folder):
    return os.path.isfile(os.path.join(folder, "__init__.py"))


def _neighbours(root, folder):
    at = os.path.join(root, folder) if folder else root
    found = []
    for name in sorted(os.listdir(at)):
        path = os.path.join(at, name)
        if os.path.isfile(path) and not name.endswith(_NO_DATA):
            found.append((path, folder or "."))
    return found


def _library(packages, name):
    """On Windows whoever asks for a library may write its name otherwise, and Python brings some."""
    for folder, folders, names in _below(packages) + _below(sys.base_prefix) * (os.name == "nt"):
        for each in names:
            if os.path.normcase(each) == os.path.normcase(name):
                return [(os.path.join(folder, each), ".")]
    return []


def _below(root):
    return sorted(os.walk(root))
