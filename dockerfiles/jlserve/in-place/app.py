"""The check of an app without a container: the same import and the same words, with the
Python and the packages of this machine."""

import ob
from importing import import_app


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    imported = import_app(request, [])
    if imported["problems"]:
        raise ob.Failure(imported["problems"])
    app = imported["app"]
    ob.write_json(ob.out("in-place.json"), {
        "name": app["name"], "endpoints": app["endpoints"], "warnings": imported["warnings"]})


if __name__ == "__main__":
    ob.main(step)
