"""Definitions under conditions, optional imports, names bound more than once."""
import os
import sys

import jlserve
from pydantic import BaseModel

try:
    import absent_accelerator as accelerator
    FAST = True
except ImportError:
    accelerator = None
    FAST = False

try:
    from local_settings import OVERRIDE
except ImportError:
    OVERRIDE = "none"

if sys.version_info >= (3, 9):
    def chosen():
        return "new"
else:
    def chosen():
        return "old"

NAME = "first"
NAME = NAME + "-second"
LEVEL = 1
LEVEL += 2
for _ in range(2):
    LEVEL += 1
a, (b, *rest) = 1, (2, 3, 4)
first, second = "f", "s"
LIST = [item for item in range(3)]
LOOKUP = {}
LOOKUP["k"] = "value"
ALIAS = LOOKUP
ALIAS["l"] = "other"
temporary = "gone"
kept = temporary.upper()
del temporary


def str(value):
    return "shadowed " + repr(value)


def chosen_twice():
    return "once"


def chosen_twice():  # noqa: F811
    return "twice"


class Input(BaseModel):
    text: repr = ""


@jlserve.app()
class Conditional:
    def download_weights(self):
        lines = [FAST, OVERRIDE, chosen(), NAME, LEVEL, a, b, rest, first, LIST, LOOKUP, kept]
        lines += [str(1), chosen_twice(), accelerator is None]
        try:
            lines.append(LOOKUP["absent"])
        except KeyError as error:
            lines.append(error.args)
        with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "conditional"), "w") as file:
            file.write(repr(lines))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return data
