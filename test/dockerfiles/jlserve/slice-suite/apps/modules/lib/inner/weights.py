from ..names import make_name
from . import table

REVISION = "r7"
HOOKS = []


def lines():
    return [make_name(str(row)) for row in table.ROWS] + HOOKS
