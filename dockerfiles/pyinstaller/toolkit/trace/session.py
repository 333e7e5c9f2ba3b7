"""A process, whatever it has started, and how they are ended."""

import glob
import os
import re
import signal
import time

#: From the polite request to the other one.
_PATIENCE = 2.0


class Session:
    """leader: a process that leads a session; tmp: the TMPDIR that it was given, and no other
    process: what left the session is known by that."""

    def __init__(self, leader, tmp):
        self._leader = leader
        self._mark = os.fsencode("TMPDIR=" + tmp)

    def members(self):
        """Ids of what runs."""
        return [number for number in processes() if self._is_member(number)]

    def end(self, process):
        """TERM for each, and KILL for what is there two seconds later; collects the leader."""
        told, patience = set(), time.monotonic() + _PATIENCE
        while True:
            process.poll()
            members = self.members()
            if not members:
                break
            late = time.monotonic() > patience
            if time.monotonic() > patience + 5:
                break
            for number in members:
                if late or number not in told:
                    send(number, signal.SIGKILL if late else signal.SIGTERM)
                    told.add(number)
            time.sleep(0.05)
        process.wait()

    def _is_member(self, number):
        # "id (name) state parent group session …": a name may hold anything.
        found = re.search(rb".*\) ([A-Za-z]) \d+ \d+ (\d+) ", _read(number, "stat"), re.S)
        if not found or found.group(1) in b"ZX":
            return False
        if int(found.group(2)) == self._leader:
            return True
        return self._mark in environment(number)


def processes():
    """Ids of all that there are."""
    return sorted(int(path[6:]) for path in glob.glob("/proc/[0-9]*"))


def environment(number):
    """A process's variables, as it was given them."""
    return _read(number, "environ").split(b"\0")


def _read(number, name):
    try:
        with open("/proc/{}/{}".format(number, name), "rb") as file:
            return file.read()
    except OSError:
        return b""


def send(number, which):
    """A signal, to what may have gone."""
    try:
        os.kill(number, which)
    except (ProcessLookupError, PermissionError):
        pass
