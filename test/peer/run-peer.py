#!/usr/bin/env python3
"""Runs the peer, `flash build` of runpod-flash 1.21.0, for real on a copy of a project.

    run-peer.py PROJECT [--python-version 3.12] [--constraint FILE] [--fresh]

Prints one line of JSON: {"manifest": path, "archive": path, "entries": [names], "seconds": n}.
Its virtual environment is made once per machine, in the test bed's cache folder; it holds the
project's own dependencies too, since the peer imports the project where it runs. A run is
remembered under the project's content. Only the peer's words go to stderr.
"""

import argparse
import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

VERSION = "1.21.0"
SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "images" / "flash-worker" / "requirements.txt"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("--python-version", default="3.12", choices=SUPPORTED)
    parser.add_argument("--constraint", type=Path, help="versions that the peer's pip must take")
    parser.add_argument("--fresh", action="store_true", help="run even if this was run before")
    options = parser.parse_args()
    project = options.project.resolve()
    constraint = options.constraint.resolve() if options.constraint else None

    home = _cache() / ("peer-" + VERSION)
    home.mkdir(parents=True, exist_ok=True)
    with open(home / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = home / "runs" / _digest(project, options.python_version, constraint)
        if options.fresh or not (run / "result.json").is_file():
            venv = _environment(home, project, options.python_version)
            _run(venv, project, options.python_version, constraint, run)
        print((run / "result.json").read_text().strip())


def _cache():
    named = os.environ.get("OVENBIRD_BED")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ovenbird-bed"


def _digest(project, python, constraint):
    digest = hashlib.sha256("\0".join([VERSION, python, project.name]).encode())
    for path in sorted(project.rglob("*")):
        if path.is_file() and not {".flash", "__pycache__"} & set(path.parts):
            for part in (str(path.relative_to(project)).encode(), path.read_bytes()):
                digest.update(len(part).to_bytes(8, "big") + part)
    if constraint:
        digest.update(constraint.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:24]


def _environment(home, project, wanted):
    """A virtual environment with the peer, pinned as our own worker packages are, and with
    what the project needs to be imported."""
    python = _python(wanted)
    version = subprocess.check_output(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True
    ).strip()
    venv = home / version
    pins = hashlib.sha256(PINS.read_bytes()).hexdigest()
    stamp = venv / "pins"
    if not stamp.is_file() or stamp.read_text() != pins:
        shutil.rmtree(venv, ignore_errors=True)
        _say("making the peer's environment in {}".format(venv))
        subprocess.check_call([python, "-m", "venv", str(venv)])
        _pip(venv, "--require-hashes", "-r", str(PINS))
        stamp.write_text(pins)
    needs = _requirements(project)
    # The project's own test data must not disturb the pins: a conflict shows as an error.
    if needs:
        _pip(venv, "--constraint", str(_versions_only(venv)), *needs)
    return venv


def _versions_only(venv):
    """The pins without hashes, as constraints."""
    names = [line.split(" \\")[0] for line in PINS.read_text().splitlines()
             if line and not line.startswith((" ", "#"))]
    path = venv / "constraints.txt"
    path.write_text("\n".join(names) + "\n")
    return path


def _python(wanted):
    """The Python to build for if the machine has it (the peer looks at its own markers and
    tags), else another that the peer supports."""
    candidates = ["python" + wanted, sys.executable]
    candidates += ["python" + version for version in reversed(SUPPORTED)]
    versions = Path.home() / ".pyenv" / "versions"
    if versions.is_dir():
        installed = sorted(versions.iterdir(), key=lambda path: not path.name.startswith(wanted + "."))
        candidates[1:1] = [str(path / "bin" / "python") for path in installed[:1]]
        candidates += [str(path / "bin" / "python") for path in installed]
    script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    for candidate in candidates:
        try:
            said = subprocess.run([candidate, "-c", script], capture_output=True, text=True)
        except OSError:
            continue
        if said.returncode == 0 and said.stdout.strip() in SUPPORTED:
            return candidate
    sys.exit("the peer needs a Python of {} with venv: apt-get install python3-venv".format(
        ", ".join(SUPPORTED)))


def _requirements(project):
    """Requirements of requirements.txt and of decorators' lists, as the peer collects them."""
    needs = []
    listed = project / "requirements.txt"
    if listed.is_file():
        lines = (line.strip() for line in listed.read_text().splitlines())
        needs += [line for line in lines if line and not line.startswith("#")]
    for path in sorted(project.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.keyword) and node.arg == "dependencies":
                needs += [item.value for item in getattr(node.value, "elts", ())]
    return sorted(set(needs))


def _pip(venv, *arguments):
    subprocess.check_call(
        [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet",
         "--disable-pip-version-check", *arguments], stdout=sys.stderr,
    )


def _run(venv, project, python, constraint, run):
    shutil.rmtree(run, ignore_errors=True)
    copy = run / project.name
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".flash", "__pycache__"))
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("FLASH_", "RUNPOD_", "PYTHON"))}
    environment.update(
        HOME=str(run), PATH="{}:{}".format(venv / "bin", environment.get("PATH", os.defpath)),
        RUNPOD_FLASH_SILENCE_DEPRECATION="1",
    )
    if constraint:
        # The peer hands pip's own variables on.
        environment["PIP_CONSTRAINT"] = str(constraint)
    began = time.monotonic()
    done = subprocess.run(
        [str(venv / "bin" / "flash"), "build", "--python-version", python],
        cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr,
    )
    archive = copy / ".flash" / "artifact.tar.gz"
    if done.returncode or not archive.is_file():
        sys.exit("the peer failed on {} with status {}".format(project, done.returncode))
    seconds = round(time.monotonic() - began, 1)
    shutil.rmtree(copy / ".flash" / ".build", ignore_errors=True)
    with tarfile.open(archive) as tar:
        entries = sorted(tar.getnames())
    result = {"manifest": str(copy / ".flash" / "flash_manifest.json"), "archive": str(archive),
              "entries": entries, "seconds": seconds}
    (run / "result.json").write_text(json.dumps(result) + "\n")


def _say(text):
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
