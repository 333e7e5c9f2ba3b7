"""Runs the importing child: one process for all modules, watched from outside, so that a
module which hangs, exits or floods its output cannot take the step with it."""

import json
import os
import select
import subprocess
import sys
import time

import ob

#: As much of the modules' own output as an error may show.
_OUTPUT_LIMIT = 16 * 1024

#: The variables by which the SDK chooses worker images; no other of the host's comes in.
_IMAGE_VARIABLES = ("FLASH_IMAGE_TAG", "FLASH_GPU_IMAGE", "FLASH_CPU_IMAGE", "FLASH_LB_IMAGE",
                    "FLASH_CPU_LB_IMAGE")

#: Before the first module, the SDK is imported; without byte code that takes a while.
_START_SECONDS = 120
_MINIMUM_SECONDS = 1


def import_project(request, byte_code):
    """Imports request["modules"]; gives {"records", "clients", "problems", "warnings",
    "files"}. A module on which the child died is reported, the rest go to a new child."""
    result = {"records": [], "clients": [], "problems": [], "warnings": [], "files": {}}
    remaining = [module["file"] for module in request["modules"]]
    while remaining:
        run = _Run(request, remaining, byte_code)
        run.watch()
        result["files"].update(run.files)
        result["problems"] += run.problems
        if run.result is not None:
            for key in ("records", "clients", "warnings"):
                result[key] += run.result[key]
            break
        lost = run.current or remaining[0]
        result["problems"].append(run.lost_problem(lost))
        remaining = remaining[remaining.index(lost) + 1:]
    result["problems"] = _distinct(result["problems"])
    return result


class _Run:
    def __init__(self, request, modules, byte_code):
        self.files = {}
        self.problems = []
        self.result = None
        self.current = None
        self._limit = max(_MINIMUM_SECONDS, request.get("timeoutSeconds") or 30)
        self._timed_out = False
        self._output = bytearray()
        self._traces = os.path.join(ob.scratch("import"), "traces")
        self._input = dict(request, importNow=modules, traces=self._traces)
        self._byte_code = byte_code

    def watch(self):
        """Reads the child's events and output until it ends or a module takes too long."""
        events, events_in_child = os.pipe()
        given = os.path.join(os.path.dirname(self._traces), "given.json")
        ob.write_json(given, self._input)
        process = subprocess.Popen(
            [sys.executable, "-s", os.path.join(os.path.dirname(os.path.abspath(__file__)), "importer.py"),
             given, str(events_in_child)],
            cwd=ob.mnt("project"), env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=(events_in_child,),
        )
        os.close(events_in_child)
        try:
            self._pump(process, events)
        finally:
            self.status = self._end(process)
            os.close(events)
            process.stdout.close()

    def _end(self, process):
        # The pipe closes a moment before the process is gone.
        try:
            return process.wait(0 if self._timed_out else 5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _pump(self, process, events):
        output = process.stdout.fileno()
        os.set_blocking(output, False)
        open_ends, pending = {events, output}, b""
        deadline = time.monotonic() + self._limit + _START_SECONDS
        while True:
            ready, _, _ = select.select(open_ends, [], [], max(0, deadline - time.monotonic()))
            if not ready:
                self._timed_out = True
                # The child writes where it stands before it is killed.
                time.sleep(0.2)
                return
            # What was printed before an event belongs to what the event ends.
            if not self._drain(output):
                open_ends.discard(output)
            if events in ready:
                data = os.read(events, 65536)
                if not data:
                    return
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self._event(json.loads(line))
                    deadline = time.monotonic() + self._limit

    def _drain(self, output):
        """Keeps what the modules have printed; False when they can print no more."""
        while True:
            try:
                data = os.read(output, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._keep(data)

    def _event(self, event):
        kind = event["event"]
        if kind == "start":
            self.current = event["file"]
            self._output.clear()
        elif kind == "done":
            self.files[event["file"]] = {"seconds": round(event["seconds"], 3)}
        elif kind == "failed":
            self.problems += [self._with_output(item) for item in event["problems"]]
        elif kind == "result":
            self.result = event

    def _keep(self, data):
        self._output += data
        if len(self._output) > 2 * _OUTPUT_LIMIT:
            del self._output[:-_OUTPUT_LIMIT]

    def _with_output(self, item):
        printed = self._output.decode("utf-8", "replace").strip()[-_OUTPUT_LIMIT:]
        if printed:
            item = dict(item, detail=(item.get("detail", "") + "\n\nprinted before:\n" + printed).strip())
        return item

    def lost_problem(self, file):
        line = self._stuck_line(file)
        place = ob.at(file, line)
        if self._timed_out:
            return self._with_output(ob.problem(
                "FLASH_IMPORT_TIMEOUT",
                "importing {} took longer than {:g} s".format(file, self._limit),
                "move what waits or downloads into the endpoint's function or class, or under "
                'if __name__ == "__main__":', place, self._trace(),
            ))
        how = "signal {}".format(-self.status) if self.status < 0 else "status {}".format(self.status)
        return self._with_output(ob.problem(
            "FLASH_IMPORT_FAILED",
            "Python ended with {} while it imported {}".format(how, file),
            "a module must not end the process when it is imported; a crash inside a compiled "
            "package shows in the lines below", place, self._trace(),
        ))

    def _trace(self):
        try:
            with open(self._traces, encoding="utf-8", errors="replace") as file:
                return file.read()[-6000:]
        except OSError:
            return ""

    def _stuck_line(self, file):
        """The line of the module that it hung in, from faulthandler's dump (innermost first)."""
        path = '"{}"'.format(os.path.join(ob.mnt("project"), *file.split("/")))
        for line in self._trace().splitlines():
            if "File " + path in line:
                number = line.split(", line ")[-1].split(" ")[0]
                return int(number) if number.isdigit() else None
        return None

    def _environment(self):
        given = self._input.get("environment") or {}
        extra = {name: given[name] for name in _IMAGE_VARIABLES if given.get(name)}
        environment = ob.child_environment(
            PYTHONPYCACHEPREFIX=self._byte_code, PYTHONUNBUFFERED="1", PYTHONHASHSEED="0",
            # The SDK's farewell notice is not ours to repeat, and nothing may phone home.
            RUNPOD_FLASH_SILENCE_DEPRECATION="1", HF_HUB_OFFLINE="1",
            HF_HUB_DISABLE_TELEMETRY="1", DO_NOT_TRACK="1", OTEL_SDK_DISABLED="true", **extra
        )
        del environment["PYTHONDONTWRITEBYTECODE"]
        return environment


def _distinct(problems):
    """A helper that fails is imported again by each endpoint file: once is enough."""
    seen, kept = set(), []
    for item in problems:
        key = (item["code"], item["message"], str(item.get("location")))
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept
