"""Concurrent jobs in one worker, on a class with asynchronous methods."""

import hashlib

import numpy as np
from runpod_flash import Endpoint, GpuGroup

DIMENSIONS = 8


@Endpoint(name="embed", gpu=GpuGroup.ANY, workers=3, max_concurrency=8, dependencies=["numpy"])
class Embedder:
    def __init__(self):
        self._calls = 0

    async def embed(self, texts: list[str]) -> dict:
        self._calls += 1
        return {"vectors": [self._vector(text).tolist() for text in texts], "calls": self._calls}

    async def similarity(self, first: str, second: str) -> float:
        return float(self._vector(first) @ self._vector(second))

    @staticmethod
    def _vector(text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
        vector = np.random.default_rng(seed).normal(size=DIMENSIONS)
        return vector / np.linalg.norm(vector)
