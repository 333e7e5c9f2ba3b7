"""Modules that the bundle lacks and that matter: the app's own code imports them, or the lock
promised them."""

import ob
import ob_wheels
import spelling
from own_code import OwnCode

MISSING = "PYINSTALLER_MODULE_MISSING"
PROMISED = "PYINSTALLER_PACKAGE_MISSING"
INVALID = "PYINSTALLER_MODULE_INVALID"

_OF_WINDOWS = {"_winapi", "_winreg", "msvcrt", "nt", "winreg", "winsound"}
_OF_UNIX = {"fcntl", "grp", "posix", "pwd", "readline", "resource", "syslog", "termios"}


def told(missing, kinds, distributions, own_modules, project_files, known_modules):
    """Warnings: what fails at the app's start comes first."""
    code = OwnCode(own_modules, project_files, missing, kinds)
    promised = {
        top: name for name, held in distributions.items()
        for top in held["packages"] + held["modules"]
    }
    found = []
    for item in missing:
        if item.status == "invalid":
            if item.name in own_modules:
                found.append((0, _invalid(item, code)))
            continue
        uses = code.uses(item)
        if uses:
            delayed = all(use.delayed for use in uses)
            found.append((2 if delayed else 0, _own(item, uses, delayed, own_modules, known_modules)))
        elif item.name in promised and _is_wanted(item):
            found.append((1, _promised(item, promised[item.name], code)))
    return [warning for _, warning in sorted(found, key=_order)]


def _order(each):
    place = each[1].get("location") or {}
    return each[0], place.get("file", ""), place.get("line", 0), each[1]["message"]


def _own(item, uses, delayed, own_modules, known_modules):
    """A module that the user's code cannot do without."""
    first = uses[0]
    name = "{} from {}".format(first.name, first.module) if first.takes(item.name) else item.name
    when = "fails when that line is run" if delayed else "fails at its start"
    if item.status == "excluded":
        text = "{} imports {}, which is left out: it {}".format(first.importer, name, when)
        hint = "take it off the excluded modules, or put the import under try: … except ImportError:"
        return ob.problem(MISSING, text, hint, first.place)
    text = "{} imports {}, which was not found: it {}".format(first.importer, name, when)
    return ob.problem(MISSING, text, _remedy(item.name, own_modules, known_modules), first.place)


def _remedy(name, own_modules, known_modules):
    root = name.split(".")[0]
    if root in _OF_WINDOWS:
        return "only Windows' Python has it: put the import under if sys.platform == \"win32\":"
    if root in _OF_UNIX:
        return "Windows' Python has it not: put the import under if sys.platform != \"win32\":"
    known = set(known_modules()) | set(own_modules)
    if root in {each.split(".")[0] for each in known}:
        near = spelling.nearest(name, known, {})
        return "did you mean {}?".format(near) if near and near != name else (
            "{} has no such module in the version of the lock".format(root)
            if root not in own_modules else "write it, or take the import out")
    return ("add the package that has it to the requirements; if the app can do without, put the "
            "import under try: … except ImportError:")


def _promised(item, distribution, code):
    first = next(iter(item.importers))
    place = code.first_place(item)
    if item.status == "excluded":
        text = "{} is left out, but {} imports it at its start".format(
            item.name, next(name for name, types in item.importers.items() if "top-level" in types))
        return ob.problem(PROMISED, text, "take {} off the excluded modules".format(item.name), place)
    text = "{} of the lock was to bring {}, which {} imports, and it was not found".format(
        distribution, item.name, first)
    same = ob_wheels.canonical(item.name) == distribution
    return ob.problem(
        PROMISED, text, "look into the distribution's wheel: {} is not in it{}".format(
            item.name, "" if same else ", though its list of files has it"), place)


def _is_wanted(item):
    """What was left out on purpose is told only if somebody cannot start without it."""
    return item.status == "missing" or any(
        "top-level" in types and name.split(".")[0] != item.name.split(".")[0]
        for name, types in item.importers.items())


def _invalid(item, code):
    place, why = code.fault(item.name)
    return ob.problem(
        INVALID, "{} cannot be read and is not in the bundle: {}".format(item.name, why),
        "mend it: whatever imports it fails", place)
