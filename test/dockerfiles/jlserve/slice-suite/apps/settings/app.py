"""Dataclasses, models and enumerations as settings."""
from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Dict, List, NamedTuple, Optional

import jlserve
from pydantic import BaseModel, Field, field_validator

DEFAULT_NAME = "org/settings"
DEFAULT_TAGS = ["t1"]


class Precision(Enum):
    HALF = "fp16"
    FULL = "fp32"


class Device(str, Enum):
    CPU = "cpu"
    GPU = "cuda"


class Shard(NamedTuple):
    index: int
    name: str = "shard"


@dataclass
class Source:
    name: str = DEFAULT_NAME
    precision: Precision = Precision.HALF
    tags: List[str] = field(default_factory=lambda: list(DEFAULT_TAGS))
    extra: Optional[Dict[str, int]] = None

    def lines(self):
        return [self.name, self.precision.value, *self.tags]


class Limits(BaseModel):
    size: int = Field(default=10)
    margin: int = 2


class Input(BaseModel):
    text: str = Field(default="")
    device: Device = Device.CPU

    @field_validator("text")
    def check(cls, value):
        return value.strip()


class Output(Input):
    score: float = 0.5


def shard(index, name):
    return Shard(index, name)


numbered = partial(shard, 3)
SOURCE = Source(tags=["x", "y"])
LIMITS = Limits(margin=3)


@jlserve.app(name="settings")
class Settings:
    source = SOURCE

    def download_weights(self) -> None:
        lines = self.source.lines() + Source().lines()
        lines += [LIMITS.size, LIMITS.margin, numbered("s"), Shard(1)]
        with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "settings"), "w") as file:
            file.write("\n".join(map(str, lines)))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Output:
        return Output(text=data.text, device=Device.GPU)
