"""The lock: a requirements file with hashes under a header of three comment lines."""

import hashlib
import json
import re

FORMAT = "# ovenbird.lock 1"


def header(python, platform, glibc, inputs):
    """The header. Its second line carries all that installing needs to know, so that the
    lock alone keys the installation. glibc: None for Windows, which has none."""
    target = "{} {}".format(python, platform) + (" glibc " + glibc if glibc else "")
    return "{}\n# python {}\n# inputs {}\n".format(FORMAT, target, inputs)


def parse(text):
    """Reads the header: {"python", "platform", "glibc" or None, "inputs"}. Raises ValueError."""
    lines = text.split("\n", 3)
    if len(lines) < 3 or lines[0].strip() != FORMAT:
        raise ValueError("this is not an ovenbird.lock of format 1")
    words = lines[1].split()
    system = words[3] if len(words) > 3 else ""
    rest = words[4:]
    if words[:2] != ["#", "python"] or not (
            rest == [] if is_windows(system) else len(rest) == 2 and rest[0] == "glibc"):
        raise ValueError("the second line of {} does not name its Python".format(file_of(system)))
    inputs = lines[2].split()
    if len(inputs) != 3 or inputs[:2] != ["#", "inputs"]:
        raise ValueError("the third line of {} does not name its inputs".format(file_of(system)))
    return {"python": words[2], "platform": system, "glibc": rest[1] if rest else None,
            "inputs": inputs[2]}


def is_windows(platform):
    return platform.startswith("windows/")


def file_of(platform):
    """What the lock for a platform is called in the project (the host's `lockFileOf`); inside
    the build it is ovenbird.lock."""
    return "ovenbird.windows.lock" if is_windows(platform) else "ovenbird.lock"


#: Begins the line that names what is shipped where only direct requirements are.
_SHIPPED = "# shipped "


def shipped_line(names):
    """The header's optional last line: of all that is locked, only these are shipped; the
    rest is there for the import alone."""
    return _SHIPPED + " ".join(names) + "\n"


def computed_line(computed):
    """The header's optional line of requirements that only importing the project told, by file:
    {"app.py": ["numpy>=2"]}. The host reads it (computed.ts)."""
    known = {file: names for file, names in computed.items() if names}
    return "# computed {}\n".format(json.dumps(known, sort_keys=True)) if known else ""


def split(text):
    """(what is shipped, what is only imported), each as requirements with hashes."""
    lines = text.splitlines(keepends=True)
    named = [line for line in lines if line.startswith(_SHIPPED)]
    if not named:
        return text, ""
    direct = set(named[0][len(_SHIPPED):].split())
    parts = {True: [], False: []}
    belongs = True
    for line in lines:
        if line[:1].isalnum():
            belongs = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] in direct
        parts[belongs].append(line)
    return "".join(parts[True]), "".join(parts[False])


def body(text):
    """The requirements without the header, as uv takes them."""
    if not text.startswith(FORMAT):
        return text
    return text.split("\n", 3)[3] if text.count("\n") >= 3 else ""


def has_requirements(text):
    """Whether anything is to be installed at all."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def digest(data):
    return hashlib.sha256(data).hexdigest()
