"""Hears what is read of the project while it is analysed: outlines serve PyInstaller's own search
for imports, and nobody else."""

import os
import sys

import PyInstaller
from PyInstaller.depend.imphookapi import PostGraphAPI
from PyInstaller.lib.modulegraph.modulegraph import Node

import ob_outline

_STANDARD = os.path.join(os.path.dirname(os.__file__), "")
_PYINSTALLER = os.path.join(os.path.dirname(PyInstaller.__file__), "")
_HOOKS = (os.path.join(_PYINSTALLER, "hooks", ""), os.path.join(_PYINSTALLER, "utils", "hooks", ""))

#: Looks at the first bytes only, and an outline has those of a library.
_GLANCES = "_classify_binary_vs_data"


class Watch:
    """project: the folder of outlines, with "/"; imported: the file that grows with every one
    that is imported."""

    def __init__(self, project, imported):
        self._project, self._imported = project, imported
        self._listening = False
        self._misled, self._grown = False, 0
        sys.addaudithook(self._hear)
        kept = Node.__dict__["code"]
        Node.code = property(lambda node: self._code(node, kept), kept.__set__, kept.__delete__)
        PostGraphAPI.co = property(lambda api: api.module.code)

    def listen(self):
        self._listening, self._misled, self._grown = True, False, 0

    def heard(self):
        """Whether since then something was read that an outline does not have, or a program of
        the project's was started; and by how much the file has grown in this process, where
        what an imported module reads is heard as well."""
        self._listening = False
        return self._misled, self._grown

    def _hear(self, event, given):
        if not self._listening or event not in ("open", "subprocess.Popen", "os.system"):
            return
        self._listening = False
        try:
            self._misled = self._misled or self._is_misled(event, given)
        finally:
            self._listening = True

    def _code(self, node, kept):
        """Of a module of the project's, which hooks may ask for."""
        if self._listening and str(node.filename).startswith(self._project):
            self._misled = self._misled or not _is_core(_reader().f_code.co_filename)
        return kept.__get__(node)

    def _is_misled(self, event, given):
        if event != "open":
            return _reader().f_code.co_filename.startswith(self._project)
        if not isinstance(given[0], (str, bytes, os.PathLike)):
            return False
        path = os.path.abspath(os.fsdecode(given[0]))
        if path == self._imported:
            self._grown += len(ob_outline.WHOLE)
        if not path.startswith(self._project) or not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            data = file.read()
        code = _reader().f_code
        if _is_core(code.co_filename):
            # An emptied file, where even an empty module has an outline.
            return not data and code.co_name != _GLANCES
        return not data or ob_outline.REDUCED.encode() in data


def _reader():
    """The frame that reads: none of the standard library's, which does it, or of this file."""
    frame = sys._getframe(1)
    while frame.f_back and _is_standard(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def _is_standard(file):
    return file in ("<string>", __file__) or file.startswith("<frozen") or (
        file.startswith(_STANDARD) and "-packages" + os.sep not in file)


def _is_core(file):
    """PyInstaller itself, none of its hooks."""
    return file.startswith(_PYINSTALLER) and not file.startswith(_HOOKS)
