"""What is read from files: one of this package, one of another."""

import json
from importlib.resources import files
from pathlib import Path

import certifi


def units() -> dict[str, str]:
    return json.loads(files(__package__).joinpath("units.json").read_text(encoding="utf-8"))


def certificate_authorities() -> int:
    return Path(certifi.where()).read_text(encoding="utf-8").count("BEGIN CERTIFICATE")
