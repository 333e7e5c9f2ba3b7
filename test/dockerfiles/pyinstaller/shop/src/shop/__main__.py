"""A shop."""
import contextlib
import subprocess
import sys
import typing

import missing_top
from shop.gone import thing

from . import parts, server
from .lost import nothing

if typing.TYPE_CHECKING:
    import typed_only
if sys.platform == "win32":
    import winloop

try:
    import orjson
except ImportError:
    orjson = None
try:
    import tomllib
except ImportError:
    import tomli as tomllib
try:
    import first_choice as choice
except ImportError:
    import second_choice as choice
with contextlib.suppress(ImportError):
    import suppressed
try:
    import ghost
except ImportError:
    ghost = None


def main():
    import missing_delayed
    try:
        import maybe_late
    except ImportError:
        pass
    server.serve()


if __name__ == "__main__":
    main()
