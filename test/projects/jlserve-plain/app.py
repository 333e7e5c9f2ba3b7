"""The smallest app: no requirements, and a list of greetings for weights."""

import json
import os
from pathlib import Path

import jlserve
from pydantic import BaseModel

GREETINGS = {"en": "Hello", "de": "Guten Tag", "es": "Hola"}


class Person(BaseModel):
    name: str
    language: str = "en"


class Greeting(BaseModel):
    message: str


@jlserve.app()
class Greeter:
    def download_weights(self) -> None:
        folder = Path(os.environ["JLSERVE_CACHE_DIR"])
        (folder / "greetings.json").write_text(json.dumps(GREETINGS), encoding="utf-8")

    def setup(self) -> None:
        file = Path(os.environ["JLSERVE_CACHE_DIR"]) / "greetings.json"
        self.greetings = json.loads(file.read_text(encoding="utf-8"))

    @jlserve.endpoint()
    def greet(self, person: Person) -> Greeting:
        return Greeting(message=f"{self.greetings[person.language]}, {person.name}!")
