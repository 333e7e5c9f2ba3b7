"""What a run's end means: done, a failure of the user's, or a slice that was too small."""

import ob

_NEXT = {"slice": "file", "file": "project"}

_CODES = {"import": "JLSERVE_IMPORT_FAILED", "init": "JLSERVE_INIT_FAILED",
          "download": "JLSERVE_WEIGHTS_FAILED"}

_HINTS = {
    "import": "the app file is imported before its weights are downloaded; see it happen: "
    "python {file}",
    "init": "__init__() runs in the build, before download_weights(): load what needs the "
    "weights in setup()",
    "download": "run it on your machine to see it happen: jlserve dev {file}",
}


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
            _CODES[step], _message(step, failed), _HINTS[step].format(file=request["file"]),
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
    step = "download" if run.done else run.step
    return ob.problem(
        _CODES[step], _message(step, {"text": "{} {}".format(how, when), "kind": ""}),
        "os._exit() and crashes of compiled packages end the build: its last lines are above",
        ob.at(request["file"]),
    )


def _message(step, failed):
    if step == "download":
        return "download_weights() failed: {}".format(failed["text"])
    if step == "init":
        return "__init__() failed: {}".format(failed["text"])
    if not failed["kind"] or failed["text"].startswith(failed["kind"]):
        return failed["text"]
    return "{}: {}".format(failed["kind"], failed["text"])


def _is_rewritten(frame, request):
    return request["mode"] == "slice" and frame["file"] == request["file"]


def _place(frames, request):
    """The innermost line in the user's own files; without the line where it is not theirs."""
    if not frames:
        return ob.at(request["file"])
    frame = frames[-1]
    return ob.at(_shown(frame["file"]), None if _is_rewritten(frame, request) else frame["line"])


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
