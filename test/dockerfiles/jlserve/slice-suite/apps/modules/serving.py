"""Used by an endpoint alone."""
GREETING = "hello "


def answer(text, greeting=GREETING):
    return greeting + text
