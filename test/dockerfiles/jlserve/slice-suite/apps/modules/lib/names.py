PREFIX = "name-"


def make_name(text):
    return PREFIX + text
