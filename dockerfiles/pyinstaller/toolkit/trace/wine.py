"""A Windows program's processes and its folders. All that runs under wine in this container runs
for that program: its children need not be told from others."""

import os
import signal
import subprocess

import session

#: For wine's own doings, which take a second, in seconds.
_PATIENCE = 60


def begin(system):
    """Starts what wine itself needs, so that neither its words nor its time are the program's. If
    it cannot start, the program will tell."""
    _run(system, "wine", "cmd", "/c", "exit")


class Processes:
    """What runs, and how it is ended; as Session."""

    def __init__(self, system):
        self._system = system

    def members(self):
        """Ids of what runs, wine's server too: it holds what the program listens on."""
        mark, own = os.fsencode("WINEPREFIX=" + os.environ["WINEPREFIX"]), os.getpid()
        return [number for number in session.processes()
                if number != own and mark in session.environment(number)]

    def end(self, process):
        """From here no Windows program can be asked to end: all are ended at once."""
        # First of all this one, which would start another server if it has found none yet.
        process.kill()
        process.wait()
        _run(self._system, "wineserver", "-k")
        # What has lost its server waits for ever.
        for number in self.members():
            session.send(number, signal.SIGKILL)
        self._system.finish()


def variables(system, home, temporary):
    """What names a user's folders; they are made. wine sets these itself, whatever is in its
    environment: they are for the program's own process to set."""
    def below(*parts):
        path = os.path.join(home, *parts)
        os.makedirs(path, exist_ok=True)
        return system.given(path)

    return {
        "USERPROFILE": below(), "APPDATA": below("AppData", "Roaming"),
        "LOCALAPPDATA": below("AppData", "Local"),
        "TEMP": system.given(temporary), "TMP": system.given(temporary),
    }


def _run(system, *command):
    """What does not succeed shows in what the program does, or else has no consequence."""
    try:
        subprocess.run(
            command, env=system.environment(), check=False, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        pass
