"""What the sweep for native libraries means for this app: an error where an import of the
app's fails for want of one, a warning where nothing that it imports does."""

import ast
import os
import shlex

import ob
import ob_native
import ob_wheels
from surroundings import project_path

_CODE = "NATIVE_LIBRARY_MISSING"

#: Installed without windows to open, it needs none of their libraries.
_HEADLESS = {
    "opencv-python": "opencv-python-headless",
    "opencv-contrib-python": "opencv-contrib-python-headless",
}

#: except* is newer than the oldest Python that this runs on.
_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))

_OPTIONAL = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "OSError"}


def suspects(native, packages, file):
    """[{"module", "file", "line", "packages"}]: imports, anywhere in the app's files, of
    packages that have a library missing, themselves or through what they require. Imports
    that the app can do without (`except ImportError`) are none."""
    affected = {item["package"] for item in native["missing"]}
    if not affected:
        return []
    requires = {ob_wheels.canonical(item["name"]): item["requires"] for item in packages}
    found = {}
    for module, where, line in _imports(project_path(), file):
        owners = native["modules"].get(module.split(".")[0], ())
        hit = sorted(_closure(owners, requires) & affected)
        if hit:
            found.setdefault(module, {"module": module, "file": where, "line": line, "packages": hit})
    return list(found.values())


def judge(native, imported, asked, request):
    """(problems, warnings). imported["missing"]: what imports said that they miss, each
    {"soname", "module": of a suspect, or None for the app itself, "location"}."""
    affected = {item["package"]: item for item in native["missing"]}
    reach = {item["module"]: item for item in asked}
    failed, alone = {}, {}
    for said in imported["missing"]:
        suspect = reach.get(said["module"])
        if suspect is not None and ob_native.is_of_the_driver(said["soname"]):
            continue  # Inside a method it is imported where there is a GPU.
        place = ob.at(suspect["file"], suspect["line"]) if suspect else said["location"]
        owners = [name for name in (suspect["packages"] if suspect else sorted(affected))
                  if said["soname"] in _sonames(affected[name])]
        for name in owners:
            failed.setdefault(name, place)
        if not owners:
            alone.setdefault(said["soname"], place)
    return _problems(failed, alone, affected, request), _warnings(failed, affected, request)


def _problems(failed, alone, affected, request):
    libraries = [library for name in failed for library in affected[name]["libraries"]]
    libraries += [_library(soname) for soname in alone]
    command = _command(libraries, request)
    problems = [
        ob.problem(_CODE, "{} needs {}, which the base image has not got".format(
            name, _listed(affected[name]["libraries"])),
            _hint(affected[name]["libraries"], command, name), place)
        for name, place in sorted(failed.items())
    ]
    return problems + [
        ob.problem(_CODE, "the app's imports need {}, which the base image has not got".format(
            _listed([_library(soname)])), _hint([_library(soname)], command), place)
        for soname, place in sorted(alone.items())
    ]


def _warnings(failed, affected, request):
    warnings = []
    for name, item in sorted(affected.items()):
        libraries = [library for library in item["libraries"] if not library["driver"]]
        if name not in failed and libraries:
            warnings.append(ob.problem(
                _CODE, "parts of {} need {}, which the base image has not got; the app's imports "
                "work without".format(name, _listed(libraries)),
                _hint(libraries, _command(libraries, request), name)))
    return warnings


def _hint(libraries, command, package=None):
    ways = [command] if command else []
    unknown = [item["soname"] for item in libraries if not item["debian"] and not item["driver"]]
    if unknown:
        ways.append("find the Debian package that has {}, or choose a base image with it: "
                    "--base IMAGE".format(", ".join(unknown)))
    if any(item["driver"] for item in libraries):
        ways.append("the GPU's driver brings {} when the container runs: import it inside "
                    "setup()".format(", ".join(
                        item["soname"] for item in libraries if item["driver"])))
    if package in _HEADLESS:
        ways.append("or require {} in its place, which needs none of them and is 352 MB less".format(
            _HEADLESS[package]))
    return "; ".join(ways)


def _command(libraries, request):
    """One command with everything, so that it is typed once."""
    wanted = {library["debian"] for library in libraries if library["debian"]}
    if not wanted:
        return None
    wanted.update(request.get("apt") or ())
    # As a shell takes it: the file's name is the user's own.
    return "jlserve build {} --apt {}".format(shlex.quote(request["file"]), ",".join(sorted(wanted)))


def _listed(libraries):
    words = ["{} ({})".format(item["soname"], item["debian"]) if item["debian"] else item["soname"]
             for item in libraries]
    return words[0] if len(words) == 1 else "{} and {}".format(", ".join(words[:-1]), words[-1])


def _library(soname):
    return {
        "soname": soname, "debian": ob_native.debian_package(soname),
        "driver": ob_native.is_of_the_driver(soname),
    }


def _sonames(item):
    return [library["soname"] for library in item["libraries"]]


def _closure(names, requires):
    found, queue = set(), list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += requires.get(name, ())
    return found


def _imports(project, file):
    """(module, file, line) of every import in the app's file and in the files of the project
    that it imports, wherever it stands."""
    queue, seen = [file], set()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        try:
            with open(os.path.join(project, *name.split("/")), "rb") as source:
                tree = ast.parse(source.read())
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue  # The import itself will tell.
        for module, line in _in_tree(tree):
            local = _local(project, module)
            if local:
                queue += local
            else:
                yield module, name, line


def _in_tree(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield alias.name, child.lineno
        elif isinstance(child, ast.ImportFrom):
            if child.module and not child.level:
                yield child.module, child.lineno
            elif child.level:
                for name in [child.module] if child.module else [alias.name for alias in child.names]:
                    yield name, child.lineno
        elif isinstance(child, _TRIES) and any(_is_optional(handler) for handler in child.handlers):
            # What stands in the handlers and after them is needed all the same.
            rest = ast.Module(body=child.handlers + child.orelse + child.finalbody, type_ignores=[])
            yield from _in_tree(rest)
        else:
            yield from _in_tree(child)


def _is_optional(handler):
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in _OPTIONAL for node in ast.walk(handler.type))


def _local(project, module):
    """The project's own files behind a module's name."""
    path = module.split(".")[0]
    if os.path.isfile(os.path.join(project, path + ".py")):
        return [path + ".py"]
    folder = os.path.join(project, path)
    if not os.path.isdir(folder):
        return []
    return sorted(
        os.path.relpath(os.path.join(where, name), project).replace(os.sep, "/")
        for where, _, names in os.walk(folder) for name in names if name.endswith(".py"))
