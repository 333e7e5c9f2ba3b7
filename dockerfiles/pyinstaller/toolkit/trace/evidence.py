"""What a record says, in words that the analysis can use; the same for equal runs."""

import os
import re

#: Of a program that was not run.
NONE = {"modules": [], "metadata": [], "data": [], "loose": [], "libraries": []}

_METADATA = re.compile(r"\.(dist|egg)-info$")
_LIBRARY = {
    "linux": re.compile(r"\.so(\.[0-9.]+)?$"),
    "windows": re.compile(r"\.(dll|pyd)$", re.I),
}
_GROUP = re.compile(r"^\s*\[([^\]]*)\]", re.M)


def read(record, system, search, watched):
    """{"modules": names that can be imported, "metadata": distributions whose was read,
    "data": files that were opened, "loose": Python files that came from no folder of the search
    path, "libraries": what ctypes was given}
    system: whose words the record has; search: PYTHONPATH; watched: folders that paths are told of, the generated metadata's last."""
    modules, opened, loaded = _entries(record, system)
    library = _LIBRARY[system.name]
    below = tuple(folder + os.sep for folder in watched[:-1])
    data, metadata = set(), set()

    def inside(path):
        return path.startswith(below) and os.path.isfile(path)

    for path in opened:
        folder = os.path.dirname(path)
        if _METADATA.search(folder):
            metadata.add(_distribution(path))
        elif inside(path) and not library.search(path):
            data.add(path)
    named, loose = _by_name(modules, search, inside)
    return {
        "modules": sorted(named), "metadata": sorted(metadata - {None}), "data": sorted(data),
        "loose": sorted(loose), "libraries": sorted(path for path in loaded if inside(path)),
    }


def _entries(record, system):
    """({name: file}, {opened}, {loaded})"""
    modules, paths = {}, {"o": set(), "l": set()}
    try:
        with open(record, "rb") as file:
            fields = file.read().split(b"\0")
    except FileNotFoundError:
        fields = []
    # A last entry that was cut off has no second field.
    for first, second in zip(fields[0::2], fields[1::2]):
        kind, path = os.fsdecode(first[:1]), system.told(os.fsdecode(second))
        if kind == "m":
            modules[os.fsdecode(first[1:])] = path
        else:
            paths[kind].add(path)
    return modules, paths["o"], paths["l"]


def _by_name(modules, search, inside):
    """(names, files). A module that a program loads by its path, or from a folder that it put on
    sys.path itself, is not found by its name."""
    named, loose = set(), set()
    for name, file in modules.items():
        if name in ("__main__", "__mp_main__") or not os.path.isfile(file):
            continue
        top = modules.get(name.split(".")[0])
        if not inside(file) or _fits(name, file, search) or (
                "." in name and top and _fits(name.split(".")[0], top, search)):
            named.add(name)
        else:
            loose.add(file)
    return named, loose


def _fits(name, file, search):
    """Whether this is the file that importing the name would find in one of the folders."""
    folder, base = os.path.split(os.path.normpath(file))
    stem = base.split(".")[0]
    path = folder if stem == "__init__" else os.path.join(folder, stem)
    return any(path == os.path.join(root, *name.split(".")) for root in search)


def _distribution(path):
    """The name of the distribution that a file of a *.dist-info folder belongs to. A search for
    plug-ins reads every entry_points.txt that there is: one that has commands only was not meant."""
    folder, base = os.path.split(path)
    if base == "entry_points.txt":
        groups = set(_GROUP.findall(_text(path)))
        if groups <= {"console_scripts", "gui_scripts"}:
            return None
    for name in ("METADATA", "PKG-INFO"):
        found = re.search(r"^Name:\s*(\S+)", _text(os.path.join(folder, name)), re.M)
        if found:
            return found.group(1)
    return None


def _text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
