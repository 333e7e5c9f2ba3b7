"""Constants and helpers."""
import os
from pathlib import Path

import jlserve
import plotlib
from fetchlib import fetch
from pydantic import BaseModel, Field

MODEL = "org/tiny"
REVISION = "v1"
SIZES: tuple = (1, 2, 3)
STEPS = 4
TOTAL = STEPS * 2 + 1
LABEL = f"{MODEL}@{REVISION}"
RETRIES = 3 if STEPS > 2 else 5
UNUSED = "nobody reads this"
THRESHOLD = 0.5
REQUIREMENTS = ["fetchlib", "plotlib"]
NAMES = ["a"]
NAMES.append("b")
NAMES += ["c"]


class Input(BaseModel):
    text: str = UNUSED
    limit: float = Field(default=THRESHOLD)


class Output(BaseModel):
    score: float


def target(name):
    return Path(os.environ["JLSERVE_CACHE_DIR"]) / name


def describe(revision=REVISION, *, sizes=SIZES):
    return ["size %d" % size for size in sizes] + [revision]


def unused_helper(values):
    return plotlib.plot(values) + RETRIES


def score(text):
    """Used by an endpoint alone."""
    return len(text) * THRESHOLD


def by_kind(kind):
    match kind:
        case "large":
            return TOTAL
        case _:
            return STEPS


TABLE = {"describe": describe, "target": target}
pick = lambda name: TABLE[name]


@jlserve.app(name="plain", requirements=["fetchlib", "plotlib"])
class Plain:
    """An app."""

    def __init__(self):
        self.lines = pick("describe")()

    def setup(self):
        self.helper = unused_helper([1])

    def download_weights(self) -> None:
        """Fetches."""
        # The names of the model and its revision decide.
        lines = list(self.lines) + [LABEL, by_kind("large"), by_kind("small")] + NAMES
        fetch(MODEL, REVISION, target("model.bin"), lines)
        for attempt in range(RETRIES):
            target(f"part-{attempt}").write_text(str(attempt))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Output:
        return Output(score=score(data.text))

    @jlserve.endpoint(path="/again")
    def again(self, data: Input) -> Output:
        return Output(score=score(data.text) + 1)


if __name__ == "__main__":
    Plain().download_weights()
