"""Runs the child with a time limit, and asks it by HTTP if it is a server."""

import os
import subprocess
import threading
import time

import listening
import wine
from session import Session

#: A server goes on a little after its answer: what it loads then counts, too.
_AFTERWARDS = 0.3

#: As much of stderr as is kept in memory.
_KEPT = 65536


class Outcome:
    """status: exit status, None when it answered or was ended; http: the answer's status line;
    reason: exited, answered, timeout, or unreadable when nothing was run."""

    def __init__(self, said=""):
        self.status, self.seconds, self.http = None, 0.0, ""
        self.reason, self.said = "unreadable", said


def run(system, given, search, folders, limit, path):
    """system: that the program is for; given: child.py's file; search: PYTHONPATH;
    folders: home, tmp, cwd, its own; limit: in seconds; path: to ask for, None for a program that
    ends."""
    environment = system.environment(
        PYTHONPATH=system.separator.join(map(system.given, search)), PYTHONHASHSEED="0",
        HOME=folders["home"], TMPDIR=folders["tmp"], LANG="C.UTF-8", TERM="dumb",
    )
    child = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")
    windows = system.name == "windows"
    if windows:
        wine.begin(system)
    began = time.monotonic()
    process = subprocess.Popen(
        system.command("-s", system.given(child), system.given(given)), cwd=folders["cwd"], env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )
    session = wine.Processes(system) if windows else Session(process.pid, folders["tmp"])
    outcome, said = Outcome(), _Tail(process.stderr)
    try:
        _wait(process, session, outcome, began + limit, path)
        outcome.seconds = time.monotonic() - began
        if outcome.reason == "answered":
            time.sleep(_AFTERWARDS)
    finally:
        session.end(process)
    outcome.said = system.said(said.text())
    return outcome


def _wait(process, session, outcome, deadline, path):
    asking = listening.Asking(path) if path else None
    while True:
        outcome.status = process.poll()
        if asking:
            # An answer that was on its way when the program ended still counts.
            outcome.http = asking.answer()
            if asking.wait(0.2 if outcome.status is not None and asking.pending() else 0.05):
                outcome.http, outcome.reason = asking.answer(), "answered"
                outcome.status = None  # It may have ended by now, and may have not.
                return
        if outcome.status is not None:
            outcome.reason = "exited"
            return
        if time.monotonic() >= deadline:
            outcome.reason = "timeout"
            return
        if asking:
            asking.ask(session.members())
        else:
            _wait_a_little(process, deadline)


def _wait_a_little(process, deadline):
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass


class _Tail:
    """The end of a stream, read by a thread as long as anyone writes to it."""

    def __init__(self, stream):
        self._stream, self._kept = stream, b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while True:
            data = os.read(self._stream.fileno(), 65536)
            if not data:
                return
            self._kept = (self._kept + data)[-_KEPT:]

    def text(self):
        # What escaped from the session may hold the stream open.
        self._thread.join(2)
        return self._kept.decode("utf-8", "replace")
