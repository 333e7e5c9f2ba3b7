"""setup() without a container: on a fresh instance, with the user's Python and weights."""

import ob
from in_place_run import Folder, call


def step():
    call("setup", Folder())
    ob.write_json(ob.out("in-place.json"), {"warnings": []})


if __name__ == "__main__":
    ob.main(step)
