"""Writes down which modules a program gets and which files it opens, each as it happens: it may
be killed, call os._exit(), or go on in a forked process. Python tells of every file that it
opens, also of modules' (an audit hook), and by then the module is in sys.modules: that needs no
thread, which programs that fork would be warned of.

The record is a row of NUL-terminated fields, two for each entry: "m" and a module's name, its
file; "o" (opened) or "l" (loaded by ctypes), a path."""

import os
import sys

_open, _write, _close, _encode = os.open, os.write, os.close, os.fsencode
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
_READING = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_SPEC = type(sys.__spec__)
_PYTHON = (b".py", b".pyc", b".pyo", b".pyw")
_SEPARATOR = _encode(os.sep)

if os.name == "nt":
    # As bytes, for names that are no text; both kinds of slashes, and each drive's own folder.
    from nt import _getfullpathname as _whole
    # The folders of interest have ASCII names.
    _folded = bytes.lower
    _APPEND |= os.O_NOINHERIT | os.O_BINARY
    _PYTHON += (b".pyd",)
else:
    _cwd, _normal = os.getcwdb, os.path.normpath
    _APPEND |= os.O_CLOEXEC
    _PYTHON += (b".so",)

    def _whole(path):
        return _normal(path if path.startswith(b"/") else _cwd() + b"/" + path)

    def _folded(path):
        return path


class Recorder:
    """record: the file to append to; folders: whose files are of interest."""

    def __init__(self, record, folders):
        self._record = record
        self._folders = tuple(_folded(_encode(folder)) + _SEPARATOR for folder in folders)
        self._modules = sys.modules
        self._known = set(sys.modules)
        self._count = len(sys.modules)
        self._noted = set()

    def hear(self, event, given):
        """The audit hook. What goes wrong in here must not reach the program."""
        try:
            if event == "open":
                if given[0] is self._record:
                    return
                self._opened(*given)
            elif event == "ctypes.dlopen":
                self._note(b"l", given[0])
            elif event == "sqlite3.connect":
                self._note(b"o", given[0])
            if len(self._modules) != self._count:
                self.look()
        except Exception:  # noqa: BLE001 - a program's own classes may be among what is given
            return

    def look(self):
        """Writes down the modules that are new."""
        self._count = len(self._modules)
        lines = []
        for name in [name for name in list(self._modules) if name not in self._known]:
            found = _origin(self._modules.get(name))
            if found is not None:
                self._known.add(name)
                if found[1] is not None:
                    lines.append(b"m%b\0%b\0" % (_encode(found[0] or name), _encode(found[1])))
        self._append(b"".join(lines))

    def _opened(self, path, mode, flags):
        writes = isinstance(mode, str) and not set("wax+").isdisjoint(mode)
        if not writes and not (isinstance(flags, int) and flags & _READING):
            self._note(b"o", path)

    def _note(self, kind, path):
        if not isinstance(path, (str, bytes)):
            return
        path = _encode(path)
        if kind == b"o" and _folded(path).endswith(_PYTHON):
            return
        path = _whole(path)
        if _folded(path).startswith(self._folders) and (kind, path) not in self._noted:
            self._noted.add((kind, path))
            self._append(b"%b\0%b\0" % (kind, path))

    def _append(self, data):
        """Opened anew each time: programs close what they did not open."""
        if data:
            descriptor = _open(self._record, _APPEND, 0o600)
            try:
                _write(descriptor, data)
            finally:
                _close(descriptor)


def _origin(module):
    """(name or None, file or None) of a module; None when there is nothing to go by. Looks past
    the module's own attribute access: a lazy one would load itself."""
    try:
        fields = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return None
    found = fields.get("__spec__")
    if type(found) is _SPEC:
        return found.name, found.origin if found.has_location else None
    file = fields.get("__file__")
    return (None, file) if isinstance(file, str) else None
