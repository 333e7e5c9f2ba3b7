"""Settings."""
NAME = "org/modules"
EXTRA = "plain"
UNREAD = 1
TUNED = "untuned"


def describe():
    return NAME + EXTRA
