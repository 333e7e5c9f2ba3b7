# /// script
# requires-python = ">=3.10"
# dependencies = ["black>=25", "preshed>=3"]
# ///
"""Formats Python code; what --plugin and --signed need is named only while it runs."""

import argparse
import importlib
import sys
from importlib.metadata import version

PACKAGES = ("black", "pathspec")
BAD_CODE = 4


def main() -> int:
    arguments = parse_arguments()
    code = sys.stdin.read() if arguments.code is None else arguments.code
    for name in arguments.plugin:
        code = importlib.import_module(f"plugins.{name}").change(code)
    if arguments.signed:
        code += "\n# " + ", ".join(f"{name} {version(name).split('.')[0]}" for name in PACKAGES)
    return write_formatted(code, arguments.width)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="format_snippet", description="Formats Python code.")
    parser.add_argument("--code", help="default: standard input")
    parser.add_argument("--plugin", action="append", default=[], help="a module of plugins/, applied first")
    parser.add_argument("--width", type=int, default=88)
    parser.add_argument("--signed", action="store_true", help="end with what did the work")
    return parser.parse_args()


def write_formatted(code: str, width: int) -> int:
    import black

    try:
        print(black.format_str(code, mode=black.Mode(line_length=width)), end="")
    except black.InvalidInput as error:
        print(f"format_snippet: {error}", file=sys.stderr)
        return BAD_CODE
    return 0


if __name__ == "__main__":
    sys.exit(main())
