"""Runs a method of the user's app in the user's own environment."""

import os

import ob
from runner import run_child
from verdict import problem_of


class Folder:
    """The cache folder as it is, and one for the run's other files."""

    def __init__(self):
        self.path = os.environ["JLSERVE_CACHE_DIR"]
        self.work = ob.scratch("in-place")


def project_path():
    """Not by way of the mount: the app sees where it really lies."""
    return os.path.realpath(ob.mnt("project"))


def call(method, folder):
    """Gives how it ran. Raises ob.Failure."""
    asked = ob.read_json(ob.mnt("plan", "request.json"))
    request = {"file": asked["file"], "class": asked["class"], "mode": "project", "secrets": [],
               "inPlace": True}
    run = run_child(request, project_path(), folder, {}, _environment(), method)
    found = problem_of(run, request)
    if found:
        raise ob.Failure([found])
    return run


def _environment():
    """The user's own, with the folders of the weights (the host has set them)."""
    kept = {name: value for name, value in os.environ.items() if name != "OVENBIRD_ROOT"}
    kept["PYTHONUNBUFFERED"] = "1"
    return kept
