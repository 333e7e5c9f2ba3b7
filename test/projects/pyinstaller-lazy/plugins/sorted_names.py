"""The names of `from x import b, a` in order."""

import re


def change(code: str) -> str:
    return re.sub(r"(?m)^(from \S+ import )([\w, ]+)$", in_order, code)


def in_order(line: re.Match[str]) -> str:
    return line[1] + ", ".join(sorted(name.strip() for name in line[2].split(",")))
