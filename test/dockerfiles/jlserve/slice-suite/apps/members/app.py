"""Class attributes, methods, properties, aliases of the class."""
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Optional
import os

from jlserve import app, endpoint
from pydantic import BaseModel

if TYPE_CHECKING:
    from plotlib import plot

SUFFIX = ".bin"
_shared = []
COUNT = 0


class Input(BaseModel):
    text: str = "x"


class Base:
    scale = 3

    def scaled(self, value):
        return value * self.scale


class Scaler(Base):
    def scaled(self, value):
        return super().scaled(value) + 1


@lru_cache(maxsize=4)
def power(value, exponent=2):
    return value ** exponent


def counted():
    global COUNT
    COUNT += 10
    return COUNT


def path_of(name):
    return os.path.join(os.environ["JLSERVE_CACHE_DIR"], name + SUFFIX)


@app()
class Members:
    repository = "org/members"
    revision = "main"
    variants = {"small": 1, "large": 2}
    shards = [1, 2]
    shards.append(3)
    limit: int = 7
    unused = "unused"
    other: Optional[str] = None
    default_variant = "small"
    __hidden = "mangled"

    class Options:
        bits = 8

    def __init__(self, verbose=False):
        self.verbose = verbose
        self.notes = [self.limit]

    def setup(self):
        self.unused = self.repository

    @property
    def variant(self):
        return self.variants[self.default_variant]

    @variant.setter
    def variant(self, value):
        self.default_variant = value

    @cached_property
    def label(self):
        return "{}-{}".format(self.repository, self.variant)

    @classmethod
    def revision_of(cls):
        return cls.revision + type(cls).__name__

    @staticmethod
    def write(name, lines):
        with open(path_of(name), "w") as file:
            file.write("\n".join(map(str, lines)))

    def _lines(self):
        def inner(value=self.limit):
            return [value, power(value), self.__hidden]

        return inner()

    def download_weights(self):
        self.variant = "large"
        lines = self._lines() + self.notes + [self.label, self.revision_of(), type(self).shards]
        lines += [self.__class__.Options.bits, Members.limit, counted(), counted()]
        lines += [Scaler().scaled(2), getattr(self, "verbose", None), getattr(self, "absent", 9)]
        Members.write("members", lines)

    @endpoint()
    def predict(self, data: Input) -> Input:
        return Input(text=data.text + self.unused)
