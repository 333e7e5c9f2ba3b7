#!/usr/bin/env python3
"""Answers as uv 0.13.8 did: what it said is in recorded-uv.json, by what it was asked. Where a
link `record` beside this file leads to a uv, that one is asked and what it says is written down."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
RECORD = os.path.join(HERE, "recorded-uv.json")


def main(arguments):
    key, answer = asked(arguments)
    with open(RECORD, encoding="utf-8") as file:
        recorded = json.load(file)
    real = os.path.join(HERE, "record")
    if os.path.exists(real):
        recorded[key] = ask(os.readlink(real), arguments, answer)
        with open(RECORD, "w", encoding="utf-8") as file:
            file.write(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    if key not in recorded:
        sys.exit("uv was never asked: " + key)
    said = recorded[key]
    sys.stderr.write(said.get("says", ""))
    if answer and "locks" in said:
        with open(answer, "w", encoding="utf-8") as file:
            file.write(said["locks"])
    return 1 if "says" in said else 0


def asked(arguments):
    """("3.12 PLATFORM alone: REQUIREMENTS", the file for the answer or None)."""
    values = {flag: arguments[arguments.index(flag) + 1] for flag in (
        "--python-version", "--python-platform", "--output-file", "--excludes", "--python")
        if flag in arguments}
    texts = []
    for argument in arguments:
        if argument.endswith(".txt") and argument not in values.values():
            with open(argument, encoding="utf-8") as file:
                texts += [line.strip() for line in file if not line.startswith("#")]
    words = [values["--python-version"], values["--python-platform"]]
    words += ["alone"] if "--no-deps" in arguments else []
    return " ".join(words) + ": " + " ".join(sorted(filter(None, texts))), values.get("--output-file")


def ask(uv, arguments, answer):
    done = subprocess.run([uv] + arguments, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode:
        return {"says": done.stderr}
    if not answer:
        return {}
    with open(answer, encoding="utf-8") as file:
        pins = [line.split(" ")[0].strip() for line in file if line[:1].isalnum()]
    return {"locks": "".join(pin + "\n" for pin in pins)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
