"""Runs the child that imports the app, watched from outside: an app that hangs, exits, forks
or floods its output cannot take the step with it, and what it prints is never the verdict."""

import json
import os
import re
import secrets
import select
import signal
import subprocess
import sys
import time

import ob
from log import Log
from surroundings import deps_path, environment, project_path

#: As much of the app's own output as an error may show.
_OUTPUT_LIMIT = 16 * 1024

#: Before the app's first line, FastAPI is imported; under emulation that takes a while.
_START_SECONDS = 60

#: One event is one line; an OpenAPI document is the longest.
_LONGEST_EVENT = 64 * 1024 * 1024

_DOING = {
    "start": "Python was getting ready to import {file}",
    "import": "{file} was imported",
    "check": "{class}'s methods were checked",
    "init": "an instance of {class} was made",
    "openapi": "{class}'s OpenAPI document was made",
}


def import_app(request, suspects):
    """Imports the app and tries the imports of `suspects` ({"module", "file", "line"}).
    Gives {"app", "openapi", "problems", "warnings", "missing": [{"module": of a suspect or
    None, "soname", "location"}]}; without problems and missing libraries there is an app."""
    run = _Run(request, suspects)
    run.watch()
    return run.verdict()


class _Run:
    def __init__(self, request, suspects):
        self._request = request
        self._suspects = suspects
        self._result = None
        self._missing = []
        self._stage = "start"
        self._limit = max(1, request.get("timeoutSeconds") or 120)
        self._timed_out = False
        self._ended = False
        self._status = None
        self._output = bytearray()
        self._log = Log()
        self._traces = os.path.join(ob.scratch("import"), "traces")
        # What the app prints or writes to foreign descriptors does not have it.
        self._token = secrets.token_hex(16)

    def watch(self):
        """Reads the child's events and output until it is done or takes too long."""
        events, events_in_child = os.pipe()
        here = os.path.dirname(os.path.abspath(__file__))
        process = subprocess.Popen(
            [sys.executable, os.path.join(here, "child.py"), str(events_in_child)],
            cwd=project_path(), env=environment(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=(events_in_child,),
            # Its own group, so that what it leaves behind can be ended with it.
            start_new_session=True,
        )
        os.close(events_in_child)
        try:
            self._give(process)
            self._pump(process, events)
        finally:
            self._status = self._end(process)
            self._drain(process.stdout.fileno())
            process.stdout.close()
            os.close(events)
            self._log.close()

    def _give(self, process):
        given = {
            "token": self._token, "request": self._request, "suspects": self._suspects,
            "project": project_path(), "deps": deps_path(), "traces": self._traces,
            "limit": self._limit,
        }
        try:
            process.stdin.write(json.dumps(given).encode())
            process.stdin.close()
        except BrokenPipeError:
            pass  # It died at once; its status says how.

    def _pump(self, process, events):
        output = process.stdout.fileno()
        os.set_blocking(output, False)
        watched, pending = {events, output}, b""
        deadline = time.monotonic() + self._limit + _START_SECONDS
        while not self._ended and watched:
            left = deadline - time.monotonic()
            if left <= 0:
                self._timed_out = True
                return
            ready, _, _ = select.select(watched, [], [], min(left, 0.5))
            if output in ready and not self._drain(output):
                watched.discard(output)
            if events in ready:
                data = os.read(events, 1 << 20)
                if not data:
                    watched.discard(events)
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    if self._event(line):
                        deadline = time.monotonic() + self._limit
                if len(pending) > _LONGEST_EVENT:
                    pending = b""
            # A process that it started may hold the pipes open.
            if not ready and process.poll() is not None:
                return

    def _event(self, line):
        """Takes one line of the pipe; False if it is not the child's own."""
        try:
            event = json.loads(line)
            if not secrets.compare_digest(str(event["token"]), self._token):
                return False
        except (ValueError, TypeError, KeyError, RecursionError):
            return False
        kind = event["event"]
        if kind == "stage":
            self._stage = event["stage"]
        elif kind == "result":
            self._result = event
        elif kind == "missing":
            said = ("module", "soname", "location")
            self._missing.append({name: event[name] for name in said})
        elif kind == "end":
            self._ended = True
        return True

    def _end(self, process):
        """Ends the child and whatever it started; gives its status."""
        try:
            if self._timed_out:
                # It writes down where it stands shortly before its time is up.
                time.sleep(0.2)
            elif not self._ended:
                process.wait(2)
        except subprocess.TimeoutExpired:
            pass
        status = process.poll()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        waited = process.wait()
        return waited if status is None else status

    def _drain(self, output):
        """Takes what the app has printed; False when it can print no more."""
        # Not for ever: a flood must not keep the events waiting.
        for _ in range(64):
            try:
                data = os.read(output, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._output += data
            if len(self._output) > 2 * _OUTPUT_LIMIT:
                del self._output[:-_OUTPUT_LIMIT]
            self._log.write(data)
        return True

    def verdict(self):
        result = self._result
        if result is None:
            problems = [self._lost()]
            result = {"app": None, "openapi": None, "problems": problems, "warnings": []}
        else:
            result["problems"] = [self._with_output(item) for item in result["problems"]]
        return {
            "app": result["app"], "openapi": result["openapi"], "problems": result["problems"],
            "warnings": result["warnings"], "missing": self._missing,
        }

    def _lost(self):
        """The problem of a child that ended, or was ended, without a verdict."""
        names = {"file": self._request["file"], "class": self._request.get("class") or "the app"}
        doing = _DOING[self._stage].format(**names)
        place = ob.at(*self._stuck())
        init = self._stage == "init"
        if self._timed_out:
            return self._with_output(ob.problem(
                "JLSERVE_IMPORT_TIMEOUT",
                "it took longer than {:g} s while {}".format(self._limit, doing),
                "move what waits, downloads or loads a model into setup() or download_weights()",
                place, self._trace(),
            ))
        how, hint = _ending(self._status)
        return self._with_output(ob.problem(
            "JLSERVE_INIT_FAILED" if init else "JLSERVE_IMPORT_FAILED",
            "Python ended with {} while {}".format(how, doing), hint, place, self._trace(),
        ))

    def _with_output(self, item):
        printed = self._output.decode("utf-8", "replace").strip()[-_OUTPUT_LIMIT:]
        if printed and item["code"] in _CRASHES:
            detail = item.get("detail", "") + "\n\nprinted before:\n" + printed
            item = dict(item, detail=detail.strip())
        return item

    def _trace(self):
        try:
            with open(self._traces, encoding="utf-8", errors="replace") as file:
                return file.read()[-6000:].replace(project_path() + os.sep, "")
        except OSError:
            return ""

    def _stuck(self):
        """(file, line) of the project's innermost line in faulthandler's dump."""
        for file, line in re.findall(r'File "([^"]*)", line (\d+)', self._trace()):
            if not os.path.isabs(file) and os.path.isfile(os.path.join(project_path(), file)):
                return file, int(line)
        return self._request["file"], None


_CRASHES = ("JLSERVE_IMPORT_FAILED", "JLSERVE_IMPORT_TIMEOUT", "JLSERVE_INIT_FAILED")


def _ending(status):
    """(words for an exit status, what to do)"""
    if status is not None and status >= 0:
        return "status {}".format(status), (
            "importing an app must neither end the process nor close descriptors that it has "
            'not opened: put that under if __name__ == "__main__":')
    number = -(status or 0)
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "signal {}".format(number)
    hints = {
        "SIGILL": "a package uses instructions that this machine's processor has not got",
        "SIGKILL": "most often the engine's machine has too little memory for it",
    }
    return name, hints.get(name, "a compiled package crashed: the lines below show where")
