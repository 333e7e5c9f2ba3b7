"""What the app prints, passed on into the step's log."""

import sys

#: The engine clips the log of a step that says too much, and our own error line, which comes
#: last, must be in it.
_LIMIT = 64 * 1024

#: A line that is longer is broken.
_LONGEST_LINE = 8192


class Log:
    """Passes on whole lines, so that none can pass for the error line, and not too many."""

    def __init__(self):
        self._shown = 0
        self._pending = b""

    def write(self, data):
        if self._shown > _LIMIT:
            return
        whole, newline, rest = (self._pending + data).rpartition(b"\n")
        self._pending = rest
        if len(rest) > _LONGEST_LINE:
            whole, newline, self._pending = whole + newline + rest, b"\n", b""
        self._show(whole + newline)

    def close(self):
        if self._pending:
            self._show(self._pending + b"\n")
            self._pending = b""

    def _show(self, data):
        if not data:
            return
        text = data[:_LIMIT].decode("utf-8", "replace").replace("ovenbird-error", "ovenbird error")
        self._shown += len(data)
        if self._shown > _LIMIT:
            text += "\n(the app prints more, which is not shown)\n"
        sys.stderr.write(text)
        sys.stderr.flush()
