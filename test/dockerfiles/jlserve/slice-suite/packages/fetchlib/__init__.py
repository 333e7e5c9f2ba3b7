"""A stand-in of a library that fetches models."""

import os

import hashlib2


def fetch(name, revision, target, lines=()):
    """Looks for a local folder of that name first, as libraries of model hubs do."""
    local = os.path.isdir(name)
    with open(target, "a") as file:
        file.write("{} {} {} {}\n".format(name, revision, local, hashlib2.digest(name)))
        file.writelines(str(line) + "\n" for line in lines)
