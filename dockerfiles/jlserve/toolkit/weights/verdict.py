"""What a run's end means: done, a failure of the user's, or a slice that was too small."""

import keyword
import os
import shlex

import ob
from statement import statement_at

_NEXT = {"slice": "file", "file": "project"}

_CODES = {"import": "JLSERVE_IMPORT_FAILED", "init": "JLSERVE_INIT_FAILED",
          "download_weights": "JLSERVE_WEIGHTS_FAILED", "setup": "JLSERVE_SETUP_FAILED"}

_HINTS = {
    "import": "the app file is imported before its weights are downloaded; see it happen: "
    "python3 {file}",
    "init": "__init__() runs in the build, before download_weights(): load what needs the "
    "weights in setup()",
    "download_weights": "see it happen on your machine: jlserve build {file} --in-place",
}

_NO_MODULE = ("no requirement of the app brings that module: add its package to them; a file of "
              "your own belongs beside {file}")


def fallback_of(run, request):
    """{"next", "why"} when more of the project could change the outcome, else None."""
    mode = request["mode"]
    if mode == "project":
        return None
    if run.refused:
        frames = run.refused["frames"]
        what = "{} {}, which no string of the code names".format(
            run.refused["how"], _shown(run.refused["path"]))
        return {"next": "project", "why": "{} {}".format(_where(frames, request), what)}
    failed = run.failed
    if not failed or not failed["fallback"]:
        return None
    if mode == "file" and failed["fallback"] != "import":
        return None
    what = "needs something that was left out ({})".format(_shown(failed["trace"].split("\n")[-1]))
    return {"next": _NEXT[mode], "why": "{} {}".format(_where(failed["frames"], request), what)}


def problem_of(run, request):
    """The problem of a run that failed, or None for one that is done."""
    failed = run.failed
    if failed:
        step = failed["step"]
        return ob.problem(
            _CODES[step], _message(step, failed), _hint(step, failed, request),
            _place(failed["frames"], request), _detail(failed, request),
        )
    if run.done and run.status == 0:
        return None
    if run.status < 0:
        how = "Python was ended by signal {}".format(-run.status)
        if run.status == -9:
            how += " (out of memory?)"
    else:
        how = "Python ended with status {}".format(run.status)
    when = "after it had returned" if run.done else "before it was done"
    return ob.problem(
        _CODES[run.step], _message(run.step, {"text": "{} {}".format(how, when), "kind": ""}),
        "os._exit() and crashes of compiled packages end the build: its last lines are above",
        ob.at(request["file"]),
    )


def _hint(step, failed, request):
    if failed["kind"] == "ModuleNotFoundError":
        return _NO_MODULE.format(file=request["file"])
    if request.get("inPlace") and step in ("download_weights", "setup"):
        return "see it happen: python3 -c {}".format(shlex.quote(_call(step, request)))
    return _HINTS[step].format(file=shlex.quote(request["file"]))


def _call(method, request):
    """Python that calls a method of the app, to be typed in the app's folder."""
    name, file = request["class"], request["file"]
    stem = os.path.splitext(file)[0]
    if stem.isidentifier() and not keyword.iskeyword(stem):
        return "import {0}; {0}.{1}().{2}()".format(stem, name, method)
    return "import runpy; runpy.run_path({!r})[{!r}]().{}()".format(file, name, method)


def _message(step, failed):
    if step != "import":
        return "{}() failed: {}".format("__init__" if step == "init" else step, failed["text"])
    if not failed["kind"] or failed["text"].startswith(failed["kind"]):
        return failed["text"]
    return "{}: {}".format(failed["kind"], failed["text"])


def _is_rewritten(frame, request):
    return request["mode"] == "slice" and frame["file"] == request["file"]


def _place(frames, request):
    """The innermost line in the user's own files; where it is not theirs, the statement that the
    host can find there."""
    if not frames:
        return ob.at(request["file"])
    frame = frames[-1]
    if not _is_rewritten(frame, request):
        return ob.at(_shown(frame["file"]), frame["line"])
    with open(ob.mnt("slice", "code", *frame["file"].split("/")), encoding="utf-8") as file:
        statement = statement_at(file.read(), frame["line"])
    return dict(ob.at(_shown(frame["file"])), **({"statement": statement} if statement else {}))


def _where(frames, request):
    if not frames:
        return request["file"]
    frame = frames[-1]
    if _is_rewritten(frame, request):
        return "{} in {}()".format(_shown(frame["file"]), frame["function"])
    return "{}:{}".format(_shown(frame["file"]), frame["line"])


def _detail(failed, request):
    lines = []
    for frame in failed["frames"]:
        number = "" if _is_rewritten(frame, request) else ", line {}".format(frame["line"])
        lines.append('  File "{}"{}, in {}\n    {}'.format(
            _shown(frame["file"]), number, frame["function"], frame["text"]))
    return "\n".join(lines + ([failed["trace"]] if failed["trace"] else []))


def _shown(text):
    return text.encode("utf-8", "replace").decode()
