"""PyInstaller's cross-reference, which says what each module was found to be."""

import re

_NODE = re.compile(r'<div class="node">\n  <a name="([^"\n]*)"></a>\n(.*\n?.*)')
_KIND = re.compile(r'class="moduletype">(?:<tt>[^<]*</tt>|<i>\(builtin module\)</i>|(\w+)<)')

_ABSENT = {
    "MissingModule", "ExcludedModule", "InvalidSourceModule", "InvalidCompiledModule",
    "InvalidRelativeImport", "Script",
}


def kinds(text):
    """{module: modulegraph's class} of an xref file; "Extension" also for built-in modules,
    which are as closed. Scripts are named by their file."""
    found = {}
    for name, rest in _NODE.findall(text):
        said = _KIND.search(rest)
        if said:
            found[name.strip("'")] = said.group(1) or "Extension"
    return found


def bundled(kinds_by_name):
    """The modules that are in the bundle."""
    return {name for name, kind in kinds_by_name.items() if kind not in _ABSENT}
