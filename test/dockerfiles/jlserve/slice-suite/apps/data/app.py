"""Data files, named whole, joined, and by folder."""
import csv
import json
import os
from pathlib import Path

import jlserve
from pydantic import BaseModel

ASSETS = Path("assets")
TABLE = "tables"
KIND = "first"
PROMPT = "other/prompt.txt"


class Input(BaseModel):
    text: str = ""


def read_words():
    with open("words.txt", encoding="utf-8") as file:
        return file.read().split()


def read_config():
    return json.loads((ASSETS / "config.json").read_text())


def read_table(name):
    with open(os.path.join(TABLE, f"{name}.csv"), newline="") as file:
        return list(csv.reader(file))


@jlserve.app()
class Data:
    def download_weights(self):
        lines = read_words() + [read_config(), read_table(KIND)]
        lines += sorted(path.name for path in ASSETS.rglob("*.txt"))
        if os.path.exists("override.txt"):
            lines.append(Path("override.txt").read_text())
        lines.append(os.path.isfile("missing.txt"))
        lines += [os.path.exists(f"{name}.weights") for name in (KIND, "second")]
        out = Path(os.environ["JLSERVE_CACHE_DIR"])
        (out / "lines.txt").write_text(repr(lines))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return Input(text=Path(PROMPT).read_text() + data.text)
