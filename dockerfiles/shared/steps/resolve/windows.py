"""What has no wheel for Windows: nothing is compiled there, so it is told what there is
instead. uv's explanation says only that nothing fits; the rest is found out by asking it for
other targets, of the same index."""

import os
import re

import ob
import ob_uv
import ob_uv_messages
from alternatives import ALTERNATIVES
from ob_wheels import canonical

WINDOWS = ob_uv.python_platform("windows/amd64")
_OTHER_SYSTEMS = (
    ("Linux", "x86_64-manylinux_2_40"), ("macOS", "aarch64-apple-darwin"),
    ("32-bit Windows", "i686-pc-windows-msvc"),
)
_PYTHONS = ("3.10", "3.11", "3.12", "3.13")

#: Each asks a few questions: what else is missing shows when these are mended.
_LIMIT = 5


class Unknown(Exception):
    """The index does not answer (any more)."""


class Explainer:
    """arguments: of the run that failed."""

    def __init__(self, request, arguments, work):
        self._python = request["python"]
        self._work = work
        # Neither the target nor the run's own output and preferences.
        self._flags = _without(arguments, "--output-file", "--python-version", "--python-platform")

    def problems(self, said, origins):
        """Problems of a run of uv: in our words where wheels are missing, else in its own."""
        plain = ob_uv_messages.problems(said, origins)
        if plain[0]["code"] != "DEPENDENCY_UNRESOLVABLE":
            return plain
        try:
            found = [self._missing(name, said, origins)
                     for name in ob_uv_messages.lacking(said)[:_LIMIT]]
        except Unknown:
            return plain
        return [item for item in found if item] or plain

    def _missing(self, name, said, origins):
        requirement = origins.find(name, said)
        if requirement and not _is_of(requirement["text"], name):
            # Of a single requirement: what it is of is another package's.
            requirement = None
        by, versions = (None, "") if requirement else ob_uv_messages.asker(name, said)
        wanted, marker = _parted(requirement["text"]) if requirement else (name + versions, "")
        if "@" in wanted or self._ask(wanted):
            return None  # By URL, or only some of the versions have no wheel.
        there, remedy = self._there(name, wanted, origins.python_option)
        if there is None:
            source = ob_uv_messages.has_source(name, said)
            there = self._none() + (": what there is has to be compiled" if source else "")
        asked = ", which {} asks for,".format(by) if by else ""
        line, place = (wanted, marker) if requirement else (by or name, "")
        return ob.problem(
            "DEPENDENCY_UNRESOLVABLE",
            "{}{} {}".format(wanted if requirement else name, asked, there),
            hint=remedy or _remedy(name, line, place),
            location=self._place(name, requirement or _place_of(by, said, origins)),
            detail=ob_uv_messages.shortened(said),
        )

    def _there(self, name, wanted, python_option):
        """(what there is, what to do), each None where there is nothing."""
        pythons = [each for each in _PYTHONS
                   if each != self._python and self._ask(wanted, python=each)]
        other = self._ask(name) if canonical(wanted) != canonical(name) else None
        switch = "{} {}".format(python_option, pythons[-1]) if pythons else None
        if other:
            remedy = "ask for that version" + (", or build with " + switch if switch else "")
            return "{}; {} has one".format(self._none(), other), remedy
        if pythons:
            words = "has wheels for Windows with Python {} only, not for {}".format(
                _listed(pythons), self._python)
            return words, "choose that Python: {}, or another version of {}".format(switch, name)
        systems = [words for words, platform in _OTHER_SYSTEMS if self._ask(wanted, platform)]
        if systems:
            return "has wheels for {} only".format(_listed(systems)), None
        return None, None

    def _none(self):
        return "has no wheel for Windows with Python {}".format(self._python)

    def _ask(self, requirement, platform=WINDOWS, python=None):
        """`NAME VERSION` that a target would be given of a requirement alone, or None."""
        folder = ob.scratch("ask")
        source, answer = os.path.join(folder, "requirement.txt"), os.path.join(folder, "answer.txt")
        ob.write_text(source, requirement + "\n")
        status, said = ob_uv.run(
            self._flags + ["--no-deps", "--python-version", python or self._python,
                           "--python-platform", platform, "--output-file", answer, source],
            cwd=self._work, show=False)
        if status:
            if ob_uv_messages.problems(said)[0]["code"] != "DEPENDENCY_UNRESOLVABLE":
                raise Unknown
            return None
        with open(answer, encoding="utf-8") as file:
            pins = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", file.read(), re.M)
        return " ".join(pins[0]) if pins else None

    def _place(self, name, requirement):
        if requirement:
            return ob.at(requirement["file"], requirement.get("line"))
        path = os.path.join(self._work, "uv.lock")
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(file, 1):
                if text.strip() == 'name = "{}"'.format(canonical(name)):
                    return ob.at("uv.lock", number)
        return None


def refuse_wheels_of_others(lock, origins):
    """Wheels by URL are locked whatever they are for."""
    problems = []
    for name, url in re.findall(r"^([A-Za-z0-9][\w.-]*) @ (\S+\.whl)", lock, re.M):
        file = url.rsplit("/", 1)[-1]
        tags = file[:-len(".whl")].rsplit("-", 1)[-1].split(".")
        if not {"any", "win_amd64"} & set(tags):
            requirement = origins.find(name)
            problems.append(ob.problem(
                "DEPENDENCY_UNRESOLVABLE",
                "{} is a wheel for {}, and the build is for 64-bit Windows".format(file, tags[0]),
                hint="name another one there: {0} @ …-win_amd64.whl; sys_platform == \"win32\"".format(
                    name),
                location=requirement and ob.at(requirement["file"], requirement.get("line")),
            ))
    if problems:
        raise ob.Failure(problems)


def _remedy(name, line, marker):
    there = 'sys_platform != "win32"'
    if marker:
        there = "({}) and {}".format(marker, there) if " or " in marker else marker + " and " + there
    words = "leave it out on Windows: {}; {}".format(line, there)
    other = ALTERNATIVES.get(canonical(name))
    if other:
        return words + " — in place of {} there is {}".format(name, other)
    return words + " — or name a wheel of {} that you built, by its URL".format(name)


def _place_of(by, said, origins):
    """The requirement that brings a package in by way of others."""
    for name in ([by] if by else []) + ob_uv_messages.blamed(said):
        requirement = origins.find(name, said)
        if requirement:
            return requirement
    return None


def _is_of(text, name):
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    return bool(match) and canonical(match.group(1)) == canonical(name)


def _parted(text):
    """(requirement, marker)."""
    requirement, _, marker = text.partition(";")
    return requirement.strip(), marker.strip()


def _without(arguments, *flags):
    kept = []
    skip = False
    for argument in arguments:
        if not skip and argument not in flags:
            kept.append(argument)
        skip = not skip and argument in flags
    return kept


def _listed(words):
    return words[0] if len(words) == 1 else "{} and {}".format(", ".join(words[:-1]), words[-1])
