"""PyInstaller's options for a spec. PyInstaller refuses them beside one; here they are given to
the classes that the spec calls: they add to its lists and win over its words."""

import ob_freeze_adapt

#: Keyword of EXE by the name that PyInstaller's parser has for it.
_EXE = {
    "console": "console", "icon_file": "icon", "version_file": "version", "manifest": "manifest",
    "name": "name", "runtime_tmpdir": "runtime_tmpdir", "hide_console": "hide_console",
    "contents_directory": "contents_directory", "uac_admin": "uac_admin",
    "uac_uiaccess": "uac_uiaccess", "resources": "resources", "upx_exclude": "upx_exclude",
    "bootloader_ignore_signals": "bootloader_ignore_signals",
    "disable_windowed_traceback": "disable_windowed_traceback",
}


class SpecOptions:
    """What options say, as the classes of a spec take it."""

    def __init__(self, options, spec):
        from PyInstaller.__main__ import generate_parser
        parser = generate_parser()
        values = parser.parse_args(list(options) + [spec])
        debug = set(values.debug or ())
        everything = "all" in debug
        self.exe = {keyword: getattr(values, name) for name, keyword in _EXE.items()
                    if getattr(values, name, None) not in (None, [], False)
                    or (name == "console" and values.console is False)}
        if everything or "bootloader" in debug:
            self.exe["debug"] = True
        if values.noupx:
            self.exe["upx"] = False
        self.switches = [("v", None, "OPTION")] if everything or "imports" in debug else []
        self.switches += [(each, None, "OPTION") for each in values.python_options]
        self.noarchive = everything or "noarchive" in debug
        self.optimize = values.optimize
        #: Lists of an Analysis that it adds to.
        self.lists = {"pathex": _split(values.pathex), "hiddenimports": _split(values.hiddenimports, ","),
                      "excludes": values.excludes, "hookspath": values.hookspath,
                      "runtime_hooks": values.runtime_hooks, "datas": [tuple(each) for each in values.datas or ()],
                      "binaries": [tuple(each) for each in values.binaries or ()]}
        self.collect = {name: getattr(values, name) for name in (
            "collect_submodules", "collect_data", "collect_binaries", "collect_all",
            "copy_metadata", "recursive_copy_metadata")}


def collected(collect):
    """(datas, binaries, hiddenimports) of the collecting options."""
    from PyInstaller.utils import hooks
    datas, binaries, hidden = [], [], []
    for name in collect.get("collect_all", ()):
        more = hooks.collect_all(name)
        datas += more[0]
        binaries += more[1]
        hidden += more[2]
    for name in collect.get("collect_submodules", ()):
        hidden += hooks.collect_submodules(name)
    for name in collect.get("collect_data", ()):
        datas += hooks.collect_data_files(name)
    for name in collect.get("collect_binaries", ()):
        binaries += hooks.collect_dynamic_libs(name)
    for name in collect.get("copy_metadata", ()):
        datas += hooks.copy_metadata(name)
    for name in collect.get("recursive_copy_metadata", ()):
        datas += hooks.copy_metadata(name, recursive=True)
    return [tuple(each) for each in datas], [tuple(each) for each in binaries], hidden


def _split(values, mark=None):
    import os
    return [part for value in values or () for part in value.split(mark or os.pathsep) if part]


def override(build_main, options, base, looks):
    """Makes EXE and COLLECT of a spec say what the options say, if any, with usable paths.
    looks(keywords, given): EXE's keywords with those that name files; given: those of options."""
    exe = options.exe if options else {}
    switches = options.switches if options else []

    class EXE(build_main.EXE):
        def __init__(self, *tocs, **keywords):
            keywords.update(exe)
            for name in ("icon", "version", "manifest"):
                if name in keywords:
                    keywords[name] = _slashed(keywords[name], base)
            keywords = looks(keywords, set(exe))
            super().__init__(*_slashed_tocs(tocs, base), *([switches] if switches else []), **keywords)

    class COLLECT(build_main.COLLECT):
        def __init__(self, *tocs, **keywords):
            if "name" in exe:
                keywords["name"] = exe["name"]
            super().__init__(*_slashed_tocs(tocs, base), **keywords)

    build_main.EXE = EXE
    build_main.COLLECT = COLLECT


def _slashed(value, base):
    if isinstance(value, (list, tuple)):
        return [ob_freeze_adapt.slashed(each, base) for each in value]
    return ob_freeze_adapt.slashed(value, base)


def _slashed_tocs(tocs, base):
    return [ob_freeze_adapt.toc(each, base) if type(each) is list else each for each in tocs]
