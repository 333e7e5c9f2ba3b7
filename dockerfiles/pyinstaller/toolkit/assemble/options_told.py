"""Options that did nothing, and libraries that could not be found, by PyInstaller's log."""

import ast

import log_lines
import ob
import ob_native
import ob_wheels
import spelling

HIDDEN = "PYINSTALLER_HIDDEN_IMPORT_UNKNOWN"
COLLECT = "PYINSTALLER_COLLECT_EMPTY"
LIBRARY = "NATIVE_LIBRARY_MISSING"


def told(log, distributions, project_files, known_modules, options, ours):
    names = _collected(log, distributions, options)
    places = _Places(project_files)
    found = [_collect(name, distributions, known_modules, places) for name in names]
    for name in log_lines.hidden_imports(log):
        if name not in names and name not in ours:
            found.append(_hidden(name, distributions, known_modules, places))
    return found + _libraries(log, distributions)


def _collected(log, distributions, options):
    """Names that nothing was collected of. Of submodules the log says nothing."""
    names = log_lines.skipped(log)
    for name in values(options, "--collect-submodules"):
        meant = spelling.imported_by(name, distributions)
        held = distributions.get(ob_wheels.canonical(name)) or {"packages": [], "modules": []}
        if meant and name not in held["packages"] + held["modules"] and name not in names:
            names.append(name)
    return names


def values(options, flag):
    options = list(options)
    return [given for at, option in enumerate(options) for given in (
        options[at + 1:at + 2] if option == flag else
        [option.partition("=")[2]] if option.startswith(flag + "=") else [])]


def _collect(name, distributions, known_modules, places):
    owner = next((held for held in distributions.values() if name in held["modules"]), None)
    if owner is not None:
        others = [each for each in owner["packages"] if name in each]
        return ob.problem(
            COLLECT, "nothing is collected of {}: it is one file, no package".format(name),
            "its files may lie in {}: collect that".format(" or ".join(others)) if others else
            "take it out: the import brings the file", places.of(name))
    meant = spelling.nearest(name, known_modules(), distributions)
    return ob.problem(
        COLLECT, "nothing is collected of {}: there is no package of that name".format(name),
        _meant(name, meant, distributions), places.of(name))


def _hidden(name, distributions, known_modules, places):
    meant = spelling.nearest(name, known_modules(), distributions)
    return ob.problem(
        HIDDEN, "the hidden import {} is not in the bundle: there is no such module".format(name),
        _meant(name, meant, distributions), places.of(name))


def _meant(name, meant, distributions):
    if meant is None:
        return "take it out, or add the package that has it to the requirements"
    if ob_wheels.canonical(name) in distributions:
        return "write {}: {} is the distribution, {} what it is imported by".format(meant, name, meant)
    if meant == name:
        return "{} can be imported, but not by PyInstaller: see its log".format(name)
    return "did you mean {}?".format(meant)


def _libraries(log, distributions):
    """One warning a package; what a GPU's driver brings must not be bundled."""
    by_package = {}
    for path, sonames in log_lines.libraries(log).items():
        package, file = _package(path, distributions)
        files, wanted = by_package.setdefault(package, ([], set()))
        files.append(file)
        wanted.update(each for each in sonames if not ob_native.is_of_the_driver(each))
    found = []
    for package, (files, wanted) in sorted(by_package.items()):
        if wanted:
            debian = sorted(filter(None, map(ob_native.debian_package, wanted)))
            rest = sorted(each for each in wanted if not ob_native.debian_package(each))
            ways = ["--apt " + ",".join(debian)] if debian else []
            if rest:
                ways.append("find the Debian package that has {} and give it with --apt".format(
                    ", ".join(rest)))
            found.append(ob.problem(
                LIBRARY, "{} needs {}, which was not found to be bundled ({})".format(
                    package, ", ".join(sorted(wanted)), ", ".join(sorted(files))),
                "; ".join(ways)))
    return found


def _package(path, distributions):
    """(distribution, path in the packages) of an installed file; without one, its own name."""
    tops = {top: name for name, held in distributions.items()
            for top in held["packages"] + held["modules"]}
    parts = path.split("/")
    for at, part in enumerate(parts[:-1]):
        # auditwheel puts a wheel's own libraries beside it: numpy.libs.
        beside = ob_wheels.canonical(part[:-len(".libs")]) if part.endswith(".libs") else None
        owner = tops.get(part) or (beside if beside in distributions else None)
        if owner is not None:
            return owner, "/".join(parts[at:])
    return tops.get(parts[-1].split(".", 1)[0], parts[-1]), parts[-1]


class _Places:
    """Where in a spec a name is written."""

    def __init__(self, project_files):
        self._lines = {}
        for file, text in sorted(project_files.items()):
            if file.endswith(".spec"):
                self._read(file, text)

    def of(self, name):
        return self._lines.get(name)

    def _read(self, file, text):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self._lines.setdefault(node.value, ob.at(file, node.lineno))
