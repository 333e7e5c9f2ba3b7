"""Refuses looks at project files that a slice left out.

With the whole project there, such a look would find something else; so the run ends and the
host tries again with more of the project. A look is harmless where the slice says that the
project has nothing there: inside a folder that it has whole, or at a path that a string of the
code names.

Two nets: an audit hook for what Python's own code announces (open, listdir, scandir, in
whatever way they are called), and wrappers around the functions of os that announce nothing.
Compiled libraries that open files by themselves pass both.
"""

import os
import posixpath
import sys
import threading

#: Looks by these are for modules, not for data.
_MODULE_FINDERS = ("<frozen importlib", "<frozen zipimport")
_DISTRIBUTION_FINDERS = ("/importlib/metadata/__init__.py", "/importlib_metadata/__init__.py",
                         "/pkg_resources/__init__.py")

#: These look for lines of source to show, by way of linecache.
_TELLERS = ("/traceback.py", "/warnings.py", "<frozen warnings>", "<frozen traceback>")

#: Functions of os that look at, or change, a path; each with how many paths it takes.
_LOOKS = {
    "stat": 1, "lstat": 1, "access": 1, "readlink": 1, "chdir": 1, "mkdir": 1, "rmdir": 1,
    "remove": 1, "unlink": 1, "rename": 2, "replace": 2, "link": 2, "chmod": 1, "chown": 1,
    "utime": 1, "truncate": 1, "statvfs": 1, "getxattr": 1, "listxattr": 1, "pathconf": 1,
    "mkfifo": 1, "execv": 1, "execve": 1,
}

_CAPABILITIES = ("supports_dir_fd", "supports_fd", "supports_follow_symlinks",
                 "supports_effective_ids")


class Guard:
    def __init__(self, app, looks, refuse, wrote):
        self._app = app
        self._folders = set(looks["folders"])
        self._covered = set(looks["covered"])
        self._prefixes = tuple(looks["prefixes"])
        self._refuse = refuse
        self._wrote = wrote
        self._lstat = os.lstat
        self._readlink = os.readlink
        self._getcwd = os.getcwd
        self._refusing = False
        self._announced = threading.local()

    def install(self, refusing):
        """Watches from now on; `refusing` False only notes what is written where."""
        if refusing:
            for name, count in _LOOKS.items():
                if hasattr(os, name):
                    self._wrap(name, count)
            self._wrap_open()
        self._refusing = refusing
        sys.addaudithook(self._audit)

    # ── the nets ──

    def _wrap(self, name, count):
        real = getattr(os, name)

        def look(*arguments, **named):
            paths = arguments[:count] or [named.get("path", named.get("src"))]
            bases = [named.get("dir_fd", named.get("src_dir_fd")), named.get("dst_dir_fd")]
            for path, base in zip(paths, bases):
                self._check(path, base)
            return real(*arguments, **named)

        self._put(name, real, look)

    def _wrap_open(self):
        """os.open relative to a folder's descriptor is announced without that folder."""
        real = os.open

        def look(path, flags, mode=0o777, *, dir_fd=None):
            if dir_fd is None:
                return real(path, flags, mode)
            self._opened(path, None, flags, dir_fd)
            self._announced.by_us = True
            try:
                return real(path, flags, mode, dir_fd=dir_fd)
            finally:
                self._announced.by_us = False

        self._put("open", real, look)

    def _put(self, name, real, look):
        look = _Builtin(look, real)
        setattr(os, name, look)
        for capability in _CAPABILITIES:
            known = getattr(os, capability, None)
            if known is not None and real in known:
                known.add(look)

    def _audit(self, event, arguments):
        if event == "open":
            if not getattr(self._announced, "by_us", False):
                self._opened(*arguments)
        elif event == "sqlite3.connect":
            # It makes a database that is not there.
            self._check(arguments[0])
        elif event in ("os.listdir", "os.scandir"):
            self._check("." if arguments[0] is None else arguments[0], listed=True)

    def _opened(self, path, _mode, flags, base=None):
        if not isinstance(path, (str, bytes)):
            return
        flags = flags if isinstance(flags, int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            full = self._full(path, base)
            if full:
                self._wrote(full)
        # A file that is made anew is the same wherever it is made.
        if not (flags & os.O_CREAT and flags & os.O_TRUNC):
            self._check(path, base)

    # ── the rule ──

    def _check(self, path, base=None, listed=False):
        full = self._full(path, base, descriptors=listed) if self._refusing else None
        relative = self._relative(full)
        if relative is None or _is_harmless():
            return
        is_there = self._is_there(full)
        if listed and is_there and not self._is_whole(relative):
            self._end(relative, "lists")
        elif not is_there and not self._is_known(relative):
            self._end(relative, "looks at")

    def _end(self, relative, how):
        # Telling it reads source files, which is no look of the user's.
        self._refusing = False
        self._refuse(relative, how)

    def _full(self, path, base=None, descriptors=False):
        """The absolute path, which `base` (a folder's descriptor) is the start of; None for
        what is no path."""
        try:
            if isinstance(path, int):
                return self._readlink("/proc/self/fd/{}".format(path)) if descriptors else None
            text = os.fsdecode(path)
            if text.startswith("/"):
                return text
            start = self._getcwd() if base is None else self._readlink(
                "/proc/self/fd/{}".format(base))
        except (OSError, TypeError, ValueError):
            return None
        return posixpath.join(start, text)

    def _relative(self, full):
        """The path below the project, or None for any other."""
        if full is None or "\0" in full:
            return None
        path = posixpath.normpath(full)
        if path == self._app:
            return "."
        return path[len(self._app) + 1:] if path.startswith(self._app + "/") else None

    def _is_there(self, full):
        try:
            self._lstat(full)
        except (OSError, ValueError):
            return False
        return True

    def _is_known(self, relative):
        return (
            self._is_whole(relative)
            or any(part in self._covered for part in _with_parents(relative))
            or relative.startswith(self._prefixes or ("\0",))
        )

    def _is_whole(self, relative):
        return any(part in self._folders for part in _with_parents(relative))


class _Builtin:
    """A function that, like those of os, does not become a method where a class holds it, as
    pathlib's does before Python 3.11."""

    def __init__(self, look, real):
        self.__name__ = self.__qualname__ = real.__name__
        self.__doc__ = real.__doc__
        self.__self__ = getattr(real, "__self__", None)
        self._look = look

    def __call__(self, *arguments, **named):
        return self._look(*arguments, **named)


def _with_parents(relative):
    while relative:
        yield relative
        relative = posixpath.dirname(relative)


def _is_harmless():
    """Whether Python looks for a module, or for a line to show; not the code for data."""
    files = _callers()
    first = next(files, "")
    if first.startswith(_MODULE_FINDERS) or first.endswith(_DISTRIBUTION_FINDERS):
        return True
    if not first.endswith("/linecache.py"):
        return False
    return next((file for file in files if not file.endswith("/linecache.py")), "").endswith(_TELLERS)


def _callers():
    """The files of the calls outside this module, innermost first."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame.f_code.co_filename
        frame = frame.f_back
