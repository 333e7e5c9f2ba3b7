"""A stand-in of a library that fetches models."""

import os

import hashlib2


def fetch(name, revision, target, lines=()):
    """Looks for a local folder of that name first, as libraries of model hubs do."""
    import colorsys  # a project may have a module of that name

    local = "{} {}".format(os.path.isdir(name), hasattr(colorsys, "VALUE"))
    with open(target, "a") as file:
        file.write("{} {} {} {}\n".format(name, revision, local, hashlib2.digest(name)))
        file.writelines(str(line) + "\n" for line in lines)
