"""stats-report [--json] [--unit NAME] [NUMBER ...], or < numbers"""

import argparse
import sys
from importlib.metadata import version

from .report import Report, describe
from .settings import certificate_authorities, units

BAD_INPUT = 3


def main() -> int:
    arguments = parse_arguments()
    if arguments.authorities:
        print(f"{certificate_authorities()} certificate authorities")
        return 0
    try:
        words = arguments.numbers or sys.stdin.read().split()
        report = describe([float(word) for word in words], arguments.unit)
    except ValueError as error:
        print(f"stats-report: {error}", file=sys.stderr)
        return BAD_INPUT
    print(report.model_dump_json() if arguments.json else as_text(report))
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stats-report", description="Describes numbers.")
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="default: those on standard input")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('stats-report')}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--unit", choices=sorted(units()), default="none", help="what the numbers are")
    parser.add_argument("--authorities", action="store_true", help="count the certificates that would be trusted")
    return parser.parse_args()


def as_text(report: Report) -> str:
    figures = report.model_dump(include={"mean", "median", "deviation"})
    lines = [f"{name:>9} {value}{report.suffix}" for name, value in figures.items()]
    return "\n".join([f"    count {report.count}", *lines])


if __name__ == "__main__":
    sys.exit(main())
