"""The forward pass of a small BERT, with mean pooling."""

import json
import math
import struct

import numpy as np

HEADS = 12
LAYERS = 6


def read_safetensors(path):
    """{name: float32 array} of a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue
        begin, end = entry["data_offsets"]
        raw = data[8 + length + begin : 8 + length + end]
        tensors[name] = np.frombuffer(raw, dtype="<f4").reshape(entry["shape"])
    return tensors


class Bert:
    def __init__(self, path):
        self.w = read_safetensors(path)

    def embed(self, ids):
        x = self.w["embeddings.word_embeddings.weight"][ids]
        x = x + self.w["embeddings.position_embeddings.weight"][: len(ids)]
        x = x + self.w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}")
        return x.mean(axis=0)

    def _layer(self, x, name):
        x = self._norm(x + self._attention(x, name), f"{name}.attention.output.LayerNorm")
        wide = _gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, x, name):
        size = x.shape[1] // HEADS

        def heads(kind):
            y = self._linear(x, f"{name}.attention.self.{kind}")
            return y.reshape(len(x), HEADS, size).transpose(1, 0, 2)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(size)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
        return self._linear(mixed.transpose(1, 0, 2).reshape(x.shape), f"{name}.attention.output.dense")

    def _linear(self, x, name):
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def _norm(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return centred / scale * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]


_erf = np.vectorize(math.erf, otypes=["f4"])


def _gelu(x):
    return x * 0.5 * (1 + _erf(x / math.sqrt(2)))
