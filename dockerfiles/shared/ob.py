"""What every step inside a build needs: its mounts, its results, and one way to fail.

Python 3.9, standard library only. Everything that a step reads is mounted under /mnt, and
what it leaves lies under /ob. `OVENBIRD_ROOT` puts both elsewhere, for tests on a host.
"""

import json
import os
import shutil
import sys
import tempfile
import traceback

#: Exit statuses, as the host's: the input needs fixing, or the defect is ours.
INPUT, DEFECT = 1, 70

#: The host reads one line of a step's log; old engines clip long ones.
ERROR_LINE_LIMIT = 7900

#: 1980-01-01: the oldest time that every archive format can hold.
EPOCH = 315532800

_KEPT_VARIABLES = (
    # PYTHONHOME and LD_LIBRARY_PATH belong to bases whose Python lives in a folder of its own.
    "PATH", "OVENBIRD_ROOT", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    "http_proxy", "https_proxy", "no_proxy", "all_proxy",
)

_CA_VARIABLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
)


def mnt(*parts):
    """The path of a mount: mnt("plan", "request.json")."""
    return os.path.join(os.environ.get("OVENBIRD_ROOT", "") + "/mnt", *parts)


def out(*parts):
    """The path of a result: out("lock", "ovenbird.lock")."""
    return os.path.join(os.environ.get("OVENBIRD_ROOT", "") + "/ob", *parts)


def scratch(name):
    """A fresh folder on the tmpfs, which no layer keeps."""
    os.makedirs(mnt("tmp"), exist_ok=True)
    return tempfile.mkdtemp(prefix=name + "-", dir=mnt("tmp"))


def fresh(path):
    """Makes an empty folder, removing what an earlier try left there."""
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_json(path, value):
    """Writes sorted, indented JSON: equal values give equal bytes. ASCII, as names of files need
    not be valid Unicode."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def write_ordered_json(path, value):
    """Writes JSON whose fields keep their order, for files that others define."""
    write_text(path, ordered_json(value))


def ordered_json(value):
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_text(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.chmod(path, 0o644)


def child_environment(**extra):
    """The environment of a child process: nothing of the base image's or the host's
    PIP_*, UV_* or PYTHON* settings, but proxies and the CA bundle where one is mounted.
    It is set for children only, so that no layer ever holds a trace of it."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    kept.setdefault("PATH", os.defpath)
    kept["HOME"] = mnt("tmp")
    kept["TMPDIR"] = mnt("tmp")
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    ca = mnt("secrets", "ca.pem")
    if os.path.isfile(ca) and os.path.getsize(ca):
        kept.update({name: ca for name in _CA_VARIABLES})
    netrc = mnt("secrets", "netrc")
    if os.path.isfile(netrc):
        kept["NETRC"] = netrc
    os.makedirs(mnt("tmp"), exist_ok=True)
    kept.update(extra)
    return kept


def index_settings():
    """Where pinned steps download from: {"url", "extra"}; empty for the tool's default."""
    path = mnt("secrets", "index.json")
    if not os.path.isfile(path) or not os.path.getsize(path):
        return {}
    return read_json(path)


def problem(code, message, hint=None, location=None, detail=None):
    """One problem, in the shape that the host's errors have."""
    fields = {"code": code, "message": message, "hint": hint, "location": location, "detail": detail}
    return {name: value for name, value in fields.items() if value}


def at(file, line=None, column=None):
    """A place in one of the user's files."""
    place = {"file": file, "line": line, "column": column}
    return {name: value for name, value in place.items() if value}


class Failure(Exception):
    """Ends the step with all of its problems."""

    def __init__(self, problems, status=INPUT):
        super().__init__(problems[0]["message"])
        self.problems = problems
        self.status = status


def main(step):
    """Runs a step and turns whatever it raises into the host's error line."""
    try:
        step()
    except Failure as failure:
        _report(failure.problems, failure.status)
    except Exception as error:  # noqa: BLE001 - anything else is a defect of ours
        trace = traceback.format_exc()
        sys.stderr.write(trace)
        text = "{}: {}".format(type(error).__name__, error)
        _report([problem("INTERNAL", text, detail=trace[-3000:])], DEFECT)


def _report(problems, status):
    for item in problems:
        place = item.get("location") or {}
        where = ":".join(str(place[key]) for key in ("file", "line") if key in place)
        sys.stderr.write("{}{}\n".format(where + ": " if where else "", item["message"]))
        if item.get("hint"):
            sys.stderr.write("  {}\n".format(item["hint"]))
    sys.stderr.write("ovenbird-error: {}\n".format(error_line(problems)))
    sys.stderr.flush()
    sys.exit(status)


def error_line(problems):
    """The JSON of all problems, in as few bytes as the log line may have: long evidence is
    clipped before a problem is dropped, and a drop is said."""
    for limit in (3000, 1000, 300, 0):
        line = _encode([_clipped(item, limit) for item in problems])
        if len(line) <= ERROR_LINE_LIMIT:
            return line
    kept = [_clipped(item, 0) for item in problems]
    while len(kept) > 1:
        kept.pop()
        more = problem(problems[0]["code"], "and {} more".format(len(problems) - len(kept)))
        line = _encode(kept + [more])
        if len(line) <= ERROR_LINE_LIMIT:
            return line
    first = dict(kept[0])
    first["message"] = first["message"][:1000]
    return _encode([first])


def _clipped(item, limit):
    short = {key: value for key, value in item.items() if key != "detail"}
    short["message"] = short["message"][:1500]
    if limit and item.get("detail"):
        short["detail"] = item["detail"][-limit:]
    return short


def _encode(problems):
    # ASCII, since the log's character set is not ours to choose.
    return json.dumps({"errors": problems}, separators=(",", ":"))
