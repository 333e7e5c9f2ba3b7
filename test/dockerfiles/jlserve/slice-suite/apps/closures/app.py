"""Closures, defaults, decorators of the app's own, registries."""
import contextlib
import functools
import os

import jlserve
from pydantic import BaseModel

REGISTRY = {}
TIMES = 2
PREFIX = "p"
SERVED = "served"


def register(name, weight=1):
    def decorate(function):
        REGISTRY[name] = (function, weight)
        return function

    return decorate


def repeated(times=TIMES):
    def decorate(function):
        @functools.wraps(function)
        def call(*args):
            return [function(*args) for _ in range(times)]

        return call

    return decorate


@register("alpha")
def alpha():
    return PREFIX + "alpha"


@register("beta", weight=5)
def beta(value="b", *, other=[TIMES]):
    return value + repr(other)


@repeated(times=3)
def thrice(value):
    return value


def counter(start=0):
    count = start

    def step():
        nonlocal count
        count += TIMES
        return count

    return step


@contextlib.contextmanager
def opened(name):
    with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], name), "w") as file:
        yield file


def served_only(text):
    return SERVED + text


class Input(BaseModel):
    text: str = ""


@jlserve.app()
class Closures:
    def download_weights(self):
        step = counter(3)
        double = lambda value, factor=TIMES: value * factor
        lines = [(name, weight, function()) for name, (function, weight) in REGISTRY.items()]
        lines += [thrice("x"), step(), step(), double("d"), [PREFIX for PREFIX in "ab"]]
        lines += [y for x in range(3) if (y := x * TIMES)]
        with opened("closures") as file:
            file.write(repr(lines))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return Input(text=served_only(data.text))
