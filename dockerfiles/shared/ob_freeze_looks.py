"""How an executable looks to Windows: the files that EXE is given for it."""

import os

#: Keywords of EXE that name files. Of one that lists them, the files.
_NAMES = ("icon", "version", "manifest", "resources")


def placed(keywords, given, base, project):
    """EXE's keywords with whole paths. PyInstaller looks for these files from the spec on; what
    options name lies in the project, and of a spec that is made of options all does.
    given: names of the keywords that are of options. base: the spec's folder."""
    found = dict(keywords)
    for name in _NAMES:
        if name in keywords:
            found[name] = _whole(keywords[name], project if name in given else base, name)
    return found


def without(keywords):
    """EXE's keywords for an executable that nobody will see: an analysis that is kept has only
    the outline of these files, and does not depend on them."""
    return {name: value for name, value in keywords.items() if name not in _NAMES}


def mend_resources():
    """Lets wine's answer about a program without any resource, as it is with icon="NONE", be none:
    it says that it failed, and that there was no error."""
    from PyInstaller.utils.win32 import winresource
    ask, failure = winresource.win32api.EnumResourceTypes, winresource.pywintypes.error

    def types(module):
        try:
            return ask(module)
        except failure as error:
            if error.winerror:
                raise
            return []

    winresource.win32api.EnumResourceTypes = types


def _whole(value, root, name):
    if isinstance(value, (list, tuple)):
        return [_whole(each, root, name) for each in value]
    # A version may be an object that the spec made, and a manifest the XML itself.
    if not isinstance(value, (str, os.PathLike)) or value == "NONE" or (name == "manifest" and "<" in str(value)):
        return value
    return os.path.join(root, value)
