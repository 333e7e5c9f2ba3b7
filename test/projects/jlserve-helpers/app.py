"""Helpers in modules of the project, and data files beside them."""

import os
from pathlib import Path

import jlserve
from pydantic import BaseModel

from textkit.model import build_model, load_model
from textkit.words import tokenize

SHORTEST = 3


class Review(BaseModel):
    text: str


class Mood(BaseModel):
    mood: str
    words: list[str]


@jlserve.app(name="moods")
class Moods:
    file_name = "moods.json"

    def download_weights(self) -> None:
        build_model("moods.csv", self.path(), SHORTEST)

    def setup(self) -> None:
        self.model = load_model(self.path())

    def path(self) -> Path:
        return Path(os.environ["JLSERVE_CACHE_DIR"]) / self.file_name

    @jlserve.endpoint()
    def judge(self, review: Review) -> Mood:
        known = [word for word in tokenize(review.text) if word in self.model]
        score = sum(self.model[word] for word in known)
        mood = "good" if score > 0 else "bad" if score < 0 else "mixed"
        return Mood(mood=mood, words=known)
