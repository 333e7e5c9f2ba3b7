"""Settings."""
NAME = "org/modules"
EXTRA = "plain"
UNREAD = 1


def describe():
    return NAME + EXTRA
