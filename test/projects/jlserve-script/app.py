# /// script
# requires-python = ">=3.10"
# dependencies = [
#     "jlserve==0.1.0",
#     "humanize==4.12.0",
# ]
# ///
"""Requirements in the file's own header (PEP 723)."""

import os
from pathlib import Path

import humanize
import jlserve
from pydantic import BaseModel

UNITS = "binary"


class Size(BaseModel):
    bytes: int


class Words(BaseModel):
    words: str


@jlserve.app(name="sizes")
class Sizes:
    def download_weights(self) -> None:
        (Path(os.environ["JLSERVE_CACHE_DIR"]) / "units").write_text(UNITS)

    def setup(self) -> None:
        self.binary = (Path(os.environ["JLSERVE_CACHE_DIR"]) / "units").read_text() == "binary"

    @jlserve.endpoint()
    def say(self, size: Size) -> Words:
        return Words(words=humanize.naturalsize(size.bytes, binary=self.binary))
