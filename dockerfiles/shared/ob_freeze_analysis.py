"""PyInstaller's Analysis, kept by one step and used by the next: when all that it was given is
the same, and what it read of the project has the same outline, so is what it finds."""

import os
import sys

from PyInstaller.building import build_main
from PyInstaller.config import CONF
from PyInstaller.depend.analysis import PyiModuleGraph

import ob_freeze_entries
import ob_freeze_memo
import ob_freeze_writers

#: What an analysis is given.
_GIVEN = ("inputs", "pathex", "hiddenimports", "hookspath", "hooksconfig", "excludes",
          "custom_runtime_hooks", "noarchive", "module_collection_mode", "optimize",
          "_input_binaries", "_input_datas", "_python_version")

#: What it finds.
_FOUND = ("scripts", "pure", "binaries", "zipfiles", "zipped_data", "datas", "dependencies",
          "_modules_outside_pyz")

#: Whose users' code is read for calls that outlines have.
_KNOWN_READERS = {"ctypes", "importlib.metadata", "importlib_metadata", "pkg_resources", "matplotlib"}


def keeping(recorder, folder, is_fixed, after, listeners):
    """A class that keeps what each analysis found. after(analysis): called when it is done;
    listeners: a Memo, and a Watch."""
    kept = recorder.state.setdefault("analyses", [])
    memo, watch = listeners
    read = []
    look = PyiModuleGraph.get_code_using

    def get_code_using(self, module):
        found = look(self, module)
        if module not in _KNOWN_READERS:
            nodes = [self.find_node(name) for name in found]
            read.extend(node for node in nodes if node is not None and not is_fixed(node.filename))
        return found

    PyiModuleGraph.get_code_using = get_code_using

    class Analysis(build_main.Analysis):
        _kept = None

        def assemble(self):
            given = _given(self)
            read.clear()
            memo.listen()
            watch.listen()
            super().assemble()
            misled, grown = watch.heard()
            questions = memo.heard(grown)
            entries = {name: ob_freeze_entries.kept(self, name, folder, len(kept)) for name in _FOUND}
            # A hook that reads code of the project, or runs some, has that of an outline.
            usable = not read and not misled and questions is not None and (
                ob_freeze_entries.are_files(self, is_fixed))
            kept.append({"given": given, "found": entries, "questions": questions, "usable": usable,
                         "search": list(sys.path)})
            after(self)
            self._kept = kept[-1]

        @property
        def graph(self):
            # A spec that looks into it sees the outlines'.
            if self._kept:
                self._kept["usable"] = False
            return self._graph

        @graph.setter
        def graph(self, graph):
            self._graph = graph

    return Analysis


def plain(after):
    """A class that analyses."""
    class Analysis(build_main.Analysis):
        def assemble(self):
            super().assemble()
            after(self)

    return Analysis


def using(saved, folder, is_fixed, after):
    """A class that takes what an earlier analysis of the same found, else analyses."""
    remaining = list(saved.state["analyses"])
    reused = []

    class Analysis(build_main.Analysis):
        def assemble(self):
            kept = remaining.pop(0) if remaining else None
            reused.append(bool(kept and kept["usable"] and kept["given"] == _given(self)
                               and ob_freeze_memo.same_answers(kept["questions"])))
            if not reused[-1]:
                super().assemble()
                after(self)
                return
            # Hooks may have added to it.
            sys.path[:] = kept["search"]
            for name, entries in kept["found"].items():
                setattr(self, name, ob_freeze_entries.here(entries, folder))
            fixed = [entry for entry in self.pure if is_fixed(entry[1])]
            CONF["code_cache"][id(self.pure)] = ob_freeze_writers.known_code(saved, fixed)
            after(self)

    return Analysis, reused


def _given(analysis):
    """As marshal keeps it; with what a spec may have set besides."""
    given = {name: _plain(getattr(analysis, name)) for name in _GIVEN}
    given["search"] = list(sys.path)
    given["folder"] = os.getcwd()
    given["environment"] = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}
    return given


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in sorted(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_plain(each) for each in value]
        return sorted(items, key=repr) if isinstance(value, (set, frozenset)) else items
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return os.fspath(value) if isinstance(value, os.PathLike) else repr(value)
