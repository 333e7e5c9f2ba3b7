"""Byte code of the standard library, where the base image has none (python:3.x-slim has not).
On a read-only root, or as a user who owns nothing, Python would compile it at every start."""

import os
import sysconfig

import ob
import ob_bytecode

#: Nothing that a server imports.
_SKIPPED = ("__pycache__", "site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3",
            "tkinter", "turtledemo", "ensurepip", "pydoc_data")


def step():
    root = ob.fresh(ob.out("bytecode", "root"))
    library = sysconfig.get_paths()["stdlib"]
    files = []
    for source in ob_bytecode.modules_below(library, _SKIPPED):
        compiled = ob_bytecode.cached_name(source)
        if not os.path.lexists(compiled):
            files.append((source, root + compiled, source))
    ob_bytecode.compile_files(files)
    ob_bytecode.fix(root)


ob.main(step)
