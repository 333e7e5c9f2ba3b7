"""Runs PyInstaller, in a process of its own: `python ob_freeze_child.py JOB.json`. The job says
whether what is found is kept (analyse) or used (assemble)."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    # Nothing of ours is part of what is searched for modules, but for the imports here.
    import ob_freeze_adapt
    import ob_freeze_analysis
    import ob_freeze_extra
    import ob_freeze_launch
    import ob_freeze_lists
    import ob_freeze_looks
    import ob_freeze_memo
    import ob_freeze_options
    import ob_freeze_saved
    import ob_freeze_watch
    import ob_freeze_writers
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != HERE]

    is_fixed = _fixed(job)
    keeps = job["mode"] == "analyse"
    reused = []
    if keeps:
        store = ob_freeze_saved.Recorder(job["saved"])
        memo = ob_freeze_memo.Memo(store.state.setdefault("answers", {}), is_fixed, job["imported"])
        ob_freeze_writers.keep_parts(store, is_fixed)
    else:
        store = ob_freeze_saved.Saved(job["saved"]) if job["saved"] else None
        if store:
            ob_freeze_memo.Memo(store.state["answers"], is_fixed)
            ob_freeze_writers.use_parts(store)

    from PyInstaller.building import build_main

    analyses, lacking = [], []
    settings = dict(job["settings"], asked=[])
    settings["additions"] = ob_freeze_extra.resolve(job)
    options = ob_freeze_options.SpecOptions(job["options"], job["spec"]) if job["spec"] else None
    if options:
        settings["lists"] = options.lists
        settings["collected"] = ob_freeze_options.collected(options.collect)
        settings["noarchive"], settings["optimize"] = options.noarchive, options.optimize

    def after(analysis):
        if hasattr(analysis, "graph"):
            lacking.extend(ob_freeze_lists.lacking(analysis, settings["additions"]))
        ob_freeze_lists.leave_out(analysis)
        ob_freeze_lists.start_children(analysis, job["launch"])
        analyses.append(ob_freeze_lists.describe(analysis))

    if keeps:
        watch = ob_freeze_watch.Watch(os.path.join(job["project"], ""), job["imported"])
        base = ob_freeze_analysis.keeping(
            store, os.path.join(job["saved"], "files"), is_fixed, after, (memo, watch))
    elif store:
        base, reused = ob_freeze_analysis.using(
            store, os.path.join(job["saved"], "files"), is_fixed, after)
    else:
        base = ob_freeze_analysis.plain(after)

    class Analysis(base):
        def __init__(self, scripts, pathex=None, binaries=None, datas=None, hiddenimports=None,
                     hookspath=None, hooksconfig=None, excludes=None, runtime_hooks=None, **more):
            more.update(pathex=pathex, binaries=binaries, datas=datas, hiddenimports=hiddenimports,
                        hookspath=hookspath, hooksconfig=hooksconfig, excludes=excludes,
                        runtime_hooks=runtime_hooks)
            started, given = ob_freeze_adapt.analysis_arguments(
                scripts, more, settings, job["launch"])
            super().__init__(started, **given)

    build_main.Analysis = Analysis
    if sys.platform == "win32":
        ob_freeze_looks.mend_resources()
        _keep_folders(job["packages"])

    def looks(keywords, given):
        if keeps:
            return ob_freeze_looks.without(keywords)
        return ob_freeze_looks.placed(keywords, given, settings["base"], job["project"])

    ob_freeze_options.override(build_main, options, settings["base"], looks)
    spec = job["spec"] or _make_spec(job, ob_freeze_launch)
    _build(spec, job)
    if keeps:
        store.close()
    with open(job["report"], "w", encoding="utf-8") as file:
        json.dump({"analyses": analyses, "lacking": lacking, "asked": settings["asked"],
                   "reused": reused}, file)


def _keep_folders(packages):
    """DLLs of packages keep their folders in a bundle if these are where Python installs them;
    else what a hook names by its folder as well is in the bundle twice."""
    import site
    folders = [packages] + site.getsitepackages()
    site.getsitepackages = lambda: folders


def _fixed(job):
    """A function that says of a path whether it lies in a layer that two steps share, and not
    where a spec may make files."""
    layers = [job["packages"], os.path.realpath(job["packages"]), sys.prefix, sys.base_prefix,
              "/usr", "/lib", "/lib64", "/opt"]
    layers = tuple(os.path.join(folder, "") for folder in layers if folder != "/")
    moving = tuple(os.path.join(job[name], "") for name in ("project", "launch", "work"))

    def is_fixed(path):
        return isinstance(path, str) and path.startswith(layers) and not path.startswith(moving)

    return is_fixed


def _make_spec(job, launch):
    """The spec that PyInstaller's own options make."""
    entry = job["entry"]
    folder = os.path.join(job["launch"], "entry")
    options = list(job["options"])
    if entry["kind"] == "function":
        script = launch.function_launcher(folder, entry["module"], entry["function"])
    elif entry["kind"] == "module":
        script = launch.module_launcher(folder, entry["module"])
        options += ["--hidden-import", entry["module"]]
    else:
        script = os.path.join(job["project"], entry["file"])
    from PyInstaller.__main__ import generate_parser
    from PyInstaller.building import makespec
    arguments = generate_parser().parse_args(options + ["--specpath", job["launch"], script])
    values = vars(arguments)
    scripts = values.pop("filenames")
    if values.get("splash"):
        values["splash"] = os.path.join(job["project"], values["splash"])
    return makespec.main(scripts, **values)


def _build(spec, job):
    import PyInstaller.log
    from PyInstaller import compat
    from PyInstaller.building import build_main
    PyInstaller.log.logger.setLevel("INFO")
    compat.check_requirements()
    sys.argv = [spec]
    build_main.main(None, spec, noconfirm=True, distpath=job["dist"], workpath=job["work"],
                    clean_build=False)


if __name__ == "__main__":
    main()
