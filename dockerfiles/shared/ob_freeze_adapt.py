"""What is changed in what a spec says, before PyInstaller sees it: backslashes on a system that
has none, scripts that belong to packages, and what was found to be missing."""

import os

import ob_freeze_launch


def slashed(path, base):
    """A path as a spec written on Windows has it, where only the other form exists."""
    if not isinstance(path, str) or "\\" not in path or os.sep == "\\":
        return path
    if os.path.exists(os.path.join(base, path)):
        return path
    return path.replace("\\", "/")


def pairs(entries, base):
    """`datas` and `binaries`: (source, folder in the bundle). PyInstaller looks for them from the
    spec on: of one that it made from options, that is not where the options' files are."""
    return [(os.path.join(base, slashed(entry[0], base)), slashed(entry[1], base) or ".") + tuple(entry[2:])
            for entry in entries or ()]


def toc(entries, base):
    """Entries of three that a spec adds to an analysis' lists."""
    changed = []
    for entry in entries:
        if isinstance(entry, tuple) and len(entry) == 3 and isinstance(entry[1], str):
            entry = (slashed(entry[0], base), slashed(entry[1], base), entry[2])
        changed.append(entry)
    return changed


def analysis_arguments(scripts, options, settings, launch):
    """(scripts, options) of an Analysis.
    settings: {"base", "project", "roots", "additions", "excludes", "asked", …}; launch: folder for scripts."""
    base, project = settings["base"], settings["project"]
    options = dict(options)
    paths = [slashed(str(path), base) for path in options.get("pathex") or ()]
    hidden = list(options.get("hiddenimports") or ())
    started = []
    for number, script in enumerate(scripts):
        script = os.path.normpath(os.path.join(base, slashed(str(script), base)))
        roots = [os.path.normpath(os.path.join(base, path)) for path in paths] + settings["roots"]
        module, root = (None, None)
        if not script.startswith(launch + os.sep) and os.path.isfile(script):
            module, root = ob_freeze_launch.module_of(script, roots)
        if module is not None:
            script = ob_freeze_launch.module_launcher(os.path.join(launch, str(number)), module)
            hidden.append(module)
            paths.append(root)
        started.append(script)
    additions, lists = settings["additions"], settings.get("lists") or {}
    datas, binaries, imports = settings.get("collected") or ([], [], [])
    options["pathex"] = _new(
        paths, [os.path.join(project, path) for path in lists.get("pathex") or ()], settings["roots"])
    asked = _new(hidden, lists.get("hiddenimports"), imports)
    settings["asked"] += asked
    options["hiddenimports"] = _new(asked, additions["hiddenImports"])
    options["datas"] = pairs(options.get("datas"), base) + _from(project, lists.get("datas")) + datas + list(
        additions["datas"])
    options["binaries"] = pairs(options.get("binaries"), base) + _from(
        project, lists.get("binaries")) + binaries + list(additions["binaries"])
    options["excludes"] = _new(list(options.get("excludes") or ()), lists.get("excludes"), settings["excludes"])
    for name in ("hookspath", "runtime_hooks"):
        own = [_found(slashed(str(path), base), (base, project)) for path in options.get(name) or ()]
        options[name] = own + [os.path.join(project, path) for path in lists.get(name) or ()]
    if settings.get("noarchive"):
        options["noarchive"] = True
    if settings.get("optimize") is not None:
        options["optimize"] = settings["optimize"]
    return started, options


def _found(path, folders):
    """PyInstaller looks for these from where it is started: that is the spec's folder, or above."""
    for folder in folders:
        if os.path.exists(os.path.join(folder, path)):
            return os.path.join(folder, path)
    return path


def _from(project, entries):
    """Options are relative to the project, where a spec's words are relative to the spec."""
    return [(os.path.join(project, source), folder) for source, folder in entries or ()]


def _new(values, *more):
    values = list(values)
    for each in (each for some in more for each in some or ()):
        if each not in values:
            values.append(each)
    return values
