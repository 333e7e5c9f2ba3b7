"""Requirements in the decorator, and a setup() that loads what was downloaded."""

import os

import jlserve
import numpy as np
from pydantic import BaseModel

SEED = 7
SIZE = 64


class Query(BaseModel):
    word: str
    count: int = 3


class Neighbours(BaseModel):
    words: list[str]


VOCABULARY = ("bread", "butter", "flour", "oven", "salt", "water", "yeast")


@jlserve.app(name="Neighbours", requirements=["numpy>=2,<3"])
class Nearest:
    def download_weights(self) -> None:
        vectors = np.random.default_rng(SEED).normal(size=(len(VOCABULARY), SIZE)).astype("float32")
        np.save(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "vectors.npy"), vectors)

    def setup(self) -> None:
        vectors = np.load(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "vectors.npy"))
        self.vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @jlserve.endpoint(path="/nearest")
    def nearest(self, query: Query) -> Neighbours:
        near = self.vectors @ self.vectors[VOCABULARY.index(query.word)]
        order = [VOCABULARY[index] for index in np.argsort(-near)]
        return Neighbours(words=order[: query.count])

    @jlserve.endpoint()
    def vocabulary(self, query: Query) -> Neighbours:
        """The known words, at most `count` of them."""
        return Neighbours(words=list(VOCABULARY[: query.count]))
