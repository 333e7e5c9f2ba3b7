"""The lock: a requirements file with hashes under a header of three comment lines."""

import hashlib
import re

FORMAT = "# ovenbird.lock 1"


def header(python, platform, glibc, inputs):
    """The header. Its second line carries all that installing needs to know, so that the
    lock alone keys the installation."""
    return "{}\n# python {} {} glibc {}\n# inputs {}\n".format(
        FORMAT, python, platform, glibc, inputs
    )


def parse(text):
    """Reads the header: {"python", "platform", "glibc", "inputs"}. Raises ValueError."""
    lines = text.split("\n", 3)
    if len(lines) < 3 or lines[0].strip() != FORMAT:
        raise ValueError("this is not an ovenbird.lock of format 1")
    words = lines[1].split()
    if len(words) != 6 or words[:2] != ["#", "python"] or words[4] != "glibc":
        raise ValueError("the second line of ovenbird.lock does not name its Python")
    inputs = lines[2].split()
    if len(inputs) != 3 or inputs[:2] != ["#", "inputs"]:
        raise ValueError("the third line of ovenbird.lock does not name its inputs")
    return {"python": words[2], "platform": words[3], "glibc": words[5], "inputs": inputs[2]}


#: Begins the line that names what is shipped where only direct requirements are.
_SHIPPED = "# shipped "


def shipped_line(names):
    """The header's optional last line: of all that is locked, only these are shipped; the
    rest is there for the import alone."""
    return _SHIPPED + " ".join(names) + "\n"


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
