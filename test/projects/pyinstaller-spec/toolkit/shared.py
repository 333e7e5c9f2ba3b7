"""What both tools have."""

import argparse
import os
from pathlib import Path

HOME = Path(__file__).parent.parent


def command(name: str, description: str) -> argparse.ArgumentParser:
    version = (HOME / "VERSION").read_text(encoding="utf-8").strip()
    edition = os.environ.get("TOOLS_EDITION", "source")
    parser = argparse.ArgumentParser(prog=name, description=description)
    parser.add_argument("--version", action="version", version=f"{name} {version} ({edition})")
    return parser


def text(name: str) -> str:
    return (HOME / "texts" / name).read_text(encoding="utf-8")
