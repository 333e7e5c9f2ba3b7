"""A model that is a table: word and value."""

import csv
import json
from pathlib import Path


def build_model(source: str, target: Path, shortest: int) -> None:
    with open(source, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    model = {row["word"]: int(row["value"]) for row in rows if len(row["word"]) >= shortest}
    target.write_text(json.dumps(model, sort_keys=True), encoding="utf-8")


def load_model(path: Path) -> dict[str, int]:
    return json.loads(path.read_text(encoding="utf-8"))
