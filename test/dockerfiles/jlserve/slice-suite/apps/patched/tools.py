VALUE = "plain"
TABLE = {}
NOISE = 1


def lines():
    return [VALUE, sorted(TABLE.items())]
