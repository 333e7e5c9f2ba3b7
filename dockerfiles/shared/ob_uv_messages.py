"""What uv says, as problems of ours. The only file that knows uv's wording (0.13)."""

import re

import ob

_NETWORK = (
    "error sending request", "dns error", "tcp connect error", "connection reset",
    "operation timed out", "connection closed", "Request failed after", "error decoding response",
    "tunnel error", "status server error",
)
_CERTIFICATE = ("invalid peer certificate", "UnknownIssuer", "certificate verify failed")
_REFUSED = re.compile(r"status client error \((40[137])|(401 Unauthorized|403 Forbidden)")


def problems(text, origins=None, lock="ovenbird.lock"):
    """Explains a failed run of uv.

    text: what it wrote to stderr. origins: finds a package's requirement
    ({"file", "line", "text", "endpoint"?} by name), or None where the lock is the input.
    lock: what that is called in the project.
    """
    said = _essence(text)
    found = _git(text, said, origins)
    if found:
        return found
    mismatch = _hash_mismatch(text, said, lock)
    if mismatch:
        return [mismatch]
    for explain in (_certificate, _refused, _network, _source_only, _missing_file, _unreadable):
        found = explain(text, said, origins)
        if found:
            return [found]
    return _unresolvable(said, origins)


def _essence(text):
    """From the error on: without the warnings before it."""
    start = text.find("error: ")
    return (text[start + 7:] if start >= 0 else text).strip()


def _git(text, said, origins):
    """Requirements that are git repositories, all of them: git is in no base image, and what
    it brings is source. None where the failure is another one."""
    if "Git operation failed" not in said:
        return None
    named = [item for item in origins.all() if "git+" in item["text"]] if origins else []
    if not named:
        match = re.search(r"Failed to download and build `([^`]+)`", said)
        named = [{"text": match.group(1) if match else "a requirement", "file": None}]
    return [
        ob.problem(
            "DEPENDENCY_UNRESOLVABLE",
            "{} is a git repository, and packages are installed from wheels only".format(
                _without_credentials(item["text"])),
            hint=_WHEEL.format(name=_package_named(item["text"])),
            location=ob.at(item["file"], item.get("line")) if item["file"] else None,
            detail=_without_credentials(said),
        )
        for item in named
    ]


_WHEEL = ("require a published version of it: {name}>=1.0; or name a wheel of it by its URL: "
          "{name} @ https://HOST/{name}-1.0-py3-none-any.whl")


def _source_only(text, said, origins):
    """A package by URL that has to be built first."""
    match = (re.search(r"Building source distributions for `([^`]+)` is disabled", said)
             or re.search(r"Building source distributions is disabled, but attempted to build "
                          r"`([^`]+)`", said))
    if not match:
        return None
    name = re.split(r"[=@ ]", match.group(1))[0]
    requirement = origins.find(name, said) if origins else None
    place = ob.at(requirement["file"], requirement.get("line")) if requirement else None
    return ob.problem(
        "DEPENDENCY_UNRESOLVABLE",
        "{} is source that has to be built, and packages are installed from wheels only".format(
            _without_credentials(requirement["text"]) if requirement else name),
        hint=_WHEEL.format(name=name),
        location=place,
        detail=_without_credentials(said),
    )


def _package_named(text):
    """NAME of `NAME @ URL`; of a URL alone, what its repository is called."""
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*@", text)
    if match:
        return match.group(1)
    match = re.search(r"/([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\.git)?(?:[@#?].*)?$", text)
    return match.group(1) if match else "NAME"


def _without_credentials(text):
    return re.sub(r"//[^/@\s]+@", "//***@", text)


def _hash_mismatch(text, said, lock):
    match = re.search(r"Hash mismatch for `([^`]+)`", text)
    if not match:
        return None
    return ob.problem(
        "DEPENDENCY_HASH_MISMATCH",
        "{} as downloaded is not what {} pins".format(match.group(1), lock),
        hint="if the index changed the file on purpose, renew it: ovenbird build --upgrade "
        + _package_of(match.group(1)),
        location=ob.at(lock),
        detail=said,
    )


def _certificate(text, said, origins):
    if not any(mark in text for mark in _CERTIFICATE):
        return None
    return ob.problem(
        "DEPENDENCY_DOWNLOAD_FAILED",
        "the package index's certificate is not trusted inside the build",
        hint="name your company's CA bundle: ovenbird build --ca FILE (or set SSL_CERT_FILE)",
        detail=said,
    )


def _refused(text, said, origins):
    match = _REFUSED.search(text)
    if not match:
        return None
    return ob.problem(
        "DEPENDENCY_UNRESOLVABLE",
        "the package index refused the request ({})".format(match.group(1) or match.group(2)),
        hint="put credentials for the index into ~/.netrc",
        detail=said,
    )


def _network(text, said, origins):
    if not any(mark in said for mark in _NETWORK):
        return None
    match = re.search(r"Failed to (?:fetch|download)[^`h]*`?(https?://[^`\s]+)", said)
    what = match.group(1) if match else "a package"
    return ob.problem(
        "DEPENDENCY_DOWNLOAD_FAILED",
        "could not download {}".format(what),
        hint="check the network and the proxy settings, then run the same command again",
        detail=said,
    )


def _unreadable(text, said, origins):
    """A line of a requirements file that is not a requirement."""
    match = re.search(
        r"(?:Couldn't parse requirement|Unsupported requirement|Invalid \S+|Unexpected \S+"
        r"|Expected [^\n]*?|Error parsing[^\n]*?) in [`']([^`']+)[`'](?: at position (\d+))?"
        r"(?:[^\n]*?:(\d+):(\d+))?", said)
    if not match:
        match = re.search(r"Couldn't parse requirement[^\n]* in [`']([^`']+)[`']()()()", said)
    if not match:
        return None
    file, position, line, column = match.groups()
    place = origins.place(file, position, line, column) if origins else ob.at(file)
    cause = re.search(r"cause: (.*)", said, re.S)
    words = (cause.group(1) if cause else said).strip().split("\n")[0]
    return ob.problem(
        "REQUIREMENTS_INVALID",
        "{} cannot be read: {}".format(place.get("file", file), words),
        hint="write it as pip reads it, e.g. name>=1.0",
        location=place,
        detail=said,
    )


def _missing_file(text, said, origins):
    match = re.search(r"failed to (?:open|read)[^`]*`([^`]+)`: No such file", said)
    if not match:
        match = re.search(r"(?:File not found|does not exist)[^`]*`([^`]+)`", said)
    if not match:
        return None
    name = origins.relative(match.group(1)) if origins else match.group(1)
    included = re.search(r"in `([^`]+)` at position (\d+)", said)
    place = origins.place(*included.groups()) if included and origins else None
    return ob.problem(
        "REQUIREMENTS_INVALID",
        "the requirements name a file that is not in the project: {}".format(name),
        hint="create it, or take the line out", location=place,
    )


def _unresolvable(said, origins):
    """One problem for each requirement that the resolver's explanation is about."""
    names = blamed(said)
    found = []
    for name in names:
        requirement = origins.find(name, said) if origins else None
        option = origins.python_option if origins else "--python"
        message, hint = _why(name, said, requirement, option)
        place = ob.at(requirement["file"], requirement.get("line")) if requirement else None
        found.append(ob.problem("DEPENDENCY_UNRESOLVABLE", message, hint, place, shortened(said)))
    if found:
        return found
    return [ob.problem("DEPENDENCY_UNRESOLVABLE", _first_sentence(said), None, None, shortened(said))]


def blamed(said):
    """Names in "you require NAME" of the explanation, else whatever could not be found."""
    names = re.findall(r"(?:you require|your project requires) ([A-Za-z0-9][A-Za-z0-9._-]*)", said)
    names += re.findall(r"([A-Za-z0-9][A-Za-z0-9._-]*) was not found in", said)
    seen = []
    for name in names:
        plain = name.rstrip(".-_")
        if plain not in seen:
            seen.append(plain)
    return seen


def _why(name, said, requirement, python_option):
    wanted = requirement["text"] if requirement else name
    if re.search(r"\b{} was not found in".format(re.escape(name)), said):
        return (
            "no package is called {}".format(name),
            "check the spelling",
        )
    if re.search(r"{}\b[^,]* ha(?:s|ve) no (?:usable )?wheels".format(re.escape(name)), said):
        return (
            "{} has no wheel for the target's Python and platform".format(wanted),
            "choose another version of {}, or another Python: {}".format(name, python_option),
        )
    if re.search(r"only [^;]*?{}\b[^;]*? (?:is|are) available".format(re.escape(name)), said):
        return (
            "no version of {} satisfies {}".format(name, wanted),
            "loosen the requirement",
        )
    if re.search(r"there (?:is|are) no versions? of {}".format(re.escape(name)), said):
        return "no version of {} satisfies {}".format(name, wanted), "loosen the requirement"
    return (
        "{} cannot be resolved together with the other requirements".format(wanted),
        "loosen one of the requirements that the explanation names",
    )


def _first_sentence(said):
    cause = re.search(r"cause: (.*?)(?:\n\n|$)", said, re.S)
    text = cause.group(1) if cause else said
    return " ".join(text.split())[:400] or "the dependencies could not be resolved"


def lacking(said):
    """Names of packages that the explanation says have no wheel for the target, as it names
    them: the first are nearest to the cause."""
    marks = re.findall(
        r"Wheels are (?:required|available) for `([^`]+)`|only found wheels for `([^`]+)`"
        r"|([A-Za-z0-9][A-Za-z0-9._-]*)[^\s,]* ha(?:s|ve) no (?:usable )?wheels", said)
    return list(dict.fromkeys(name for mark in marks for name in mark if name))


def has_source(name, said):
    """Whether there is source of a package that was to be a wheel."""
    return "Wheels are required for `{}`".format(name) in said


def asker(name, said):
    """(who asks for a package, the versions it wants), of the newest versions that the
    explanation is about; (None, "") where it does not say."""
    found = re.findall(
        r"([A-Za-z0-9][A-Za-z0-9._-]*)\S* depends on {}(?![A-Za-z0-9._-])(\S*?)[,.]?(?=\s|$)".format(
            re.escape(name)), " ".join(said.split()))
    return found[-1] if found else (None, "")


def shortened(said):
    """The explanation without the list of 40 versions that resolvers like to print."""
    words = " ".join(said.split())
    return re.sub(r"(\S+==\S+)(?:,? (?:or |and )?\S+==\S+){5,}", r"\1, …", words)[:2500]


def _package_of(label):
    return re.split(r"[=\-]=?\d", label)[0]
