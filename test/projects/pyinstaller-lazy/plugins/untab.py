"""Tabs become four spaces."""


def change(code: str) -> str:
    return code.expandtabs(4)
