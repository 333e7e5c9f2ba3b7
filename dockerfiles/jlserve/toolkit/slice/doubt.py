"""Why a slice cannot be trusted."""


class Doubt(Exception):
    """Something that the slice cannot follow: the whole file is used instead.
    Reads as a sentence, "app.py:12 uses globals()"."""

    def __init__(self, file, line, what):
        place = "{}:{}".format(file, line) if line else file
        super().__init__("{} {}".format(place, what))
