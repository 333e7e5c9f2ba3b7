"""The system that a program is frozen for: which Python runs it there, and how that sees this
system's files. Linux: the Python that runs this. Windows: one under wine, where the whole of this
system is drive Z:."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig

import ob

#: Where the stage `windows-builder` has its Python.
_WINDOWS_PYTHON = "/opt/python"

#: A path of this system in what a Windows program says, also where that escapes backslashes; in
#: quotes it may have spaces.
_ON_Z = re.compile(r"""
    (?<=")[Zz]:[\\/][^"\r\n]*(?=") | (?<=')[Zz]:[\\/][^'\r\n]*(?=')
    | [Zz]:[\\/][^\s'"<>|:;*?]*""", re.X)


class Linux:
    name = "linux"
    #: Between folders of PYTHONPATH.
    separator = ":"
    #: Folders of its standard library.
    library = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
    #: Where its modules are found.
    modules = (library[0], os.path.join(library[0], "lib-dynload"))

    def given(self, path):
        """A path of this system, as a program there is told it."""
        return path

    def told(self, path):
        """A path that such a program tells, as this system has it."""
        return path

    def said(self, text):
        """What such a program says, with paths as this system has them."""
        return text

    def command(self, *arguments):
        """Of its Python."""
        return [sys.executable, *arguments]

    def environment(self, **more):
        return ob.child_environment(**more)

    def finish(self):
        """To be called when the last program has ended."""

    def is_program(self, path):
        """Whether a file can be started there."""
        return os.path.isfile(path) and os.access(path, os.X_OK) and _begins(path, b"\x7fELF")


class Windows:
    name = "windows"
    separator = ";"
    library = (_WINDOWS_PYTHON,)
    modules = (os.path.join(_WINDOWS_PYTHON, "Lib"), os.path.join(_WINDOWS_PYTHON, "DLLs"))

    def given(self, path):
        return "Z:" + path.replace("/", "\\") if path.startswith("/") else path.replace("/", "\\")

    def told(self, path):
        """Spelled as the file is, if it is there: for Windows, upper and lower case are the same."""
        on_z = path[:2].upper() == "Z:"
        path = (path[2:] if on_z else path).replace("\\", "/")
        return _spelled(path) if on_z else path

    def said(self, text):
        text = text.replace("\r\n", "\n")
        return _ON_Z.sub(lambda match: re.sub(r"[\\/]+", "/", match.group()[2:]), text)

    def command(self, *arguments):
        return [shutil.which("wine"), self.given(os.path.join(_WINDOWS_PYTHON, "python.exe")), *arguments]

    def environment(self, **more):
        """wine's own settings are the stage's; with TMPDIR, wine 10 crashes at its start. Where a
        program wants a window, wine complains on its behalf if there is no XDG_RUNTIME_DIR. What
        a program says is UTF-8, as here."""
        kept = ob.child_environment(**{"PYTHONUTF8": "1", "XDG_RUNTIME_DIR": ob.mnt("tmp"), **more})
        kept.update((name, value) for name, value in os.environ.items() if name.startswith("WINE"))
        for name in ("TMPDIR", "PYTHONHOME", "LD_LIBRARY_PATH"):
            kept.pop(name, None)
        return kept

    def finish(self):
        """The registry is written a while after the last program has ended."""
        subprocess.run(["wineserver", "-w"], env=self.environment(), check=True)

    def is_program(self, path):
        return path.lower().endswith(".exe") and os.path.isfile(path) and _begins(path, b"MZ")


def _begins(path, magic):
    with open(path, "rb") as file:
        return file.read(len(magic)) == magic


def _spelled(path):
    folder, name = os.path.split(path)
    if not name or os.path.lexists(path):
        return path
    folder = _spelled(folder)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        names = []
    return os.path.join(folder, next((each for each in names if each.lower() == name.lower()), name))


def of(request):
    """The system that a request asks for: {"system": "windows"}."""
    return {"linux": Linux, "windows": Windows}[request["system"]]()
