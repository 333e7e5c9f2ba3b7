"""Byte code for an installed tree: the image's root may be read-only, and compiling at every
start takes seconds. Unchecked by hash, so that no time stamp is in it."""

import os
import subprocess
import sys

import ob

#: Files that one process compiles. A fixed number, not one for each core: what a process has
#: compiled before leaves traces in the byte code, so equal trees must be cut alike.
_CHUNK = 150

_COMPILE = """
import py_compile, sys
for line in sys.stdin.buffer.read().split(b"\\0"):
    name = line.decode("utf-8", "surrogateescape")
    try:
        py_compile.compile(name, dfile=name[int(sys.argv[1]):], doraise=True, quiet=2,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except (py_compile.PyCompileError, UnicodeError, ValueError, RecursionError):
        pass  # Templates and tests for other Pythons; importing them would fail as well.
"""


def compile_tree(tree):
    """Compiles every module below `tree`, which will lie at /opt/deps, and fixes the times
    of what is new."""
    files = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(tree)
        for name in names if name.endswith(".py")
    )
    chunks = [files[at:at + _CHUNK] for at in range(0, len(files), _CHUNK)]
    running = []
    for chunk in chunks:
        if len(running) >= (os.cpu_count() or 1):
            _finish(running.pop(0))
        running.append(_start(chunk, tree))
    for process in running:
        _finish(process)
    for folder, folders, names in os.walk(tree, topdown=False):
        if os.path.basename(folder) == "__pycache__":
            for name in names:
                path = os.path.join(folder, name)
                os.chmod(path, 0o644)
                os.utime(path, (ob.EPOCH, ob.EPOCH))
        os.chmod(folder, 0o755)
        os.utime(folder, (ob.EPOCH, ob.EPOCH))


def _start(chunk, tree):
    prefix = len(tree) - len("/opt/deps")
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", _COMPILE, str(prefix)], stdin=subprocess.PIPE,
        # The order of sets must not depend on the run.
        env=ob.child_environment(PYTHONHASHSEED="0"),
    )
    process.stdin.write("\0".join(chunk).encode("utf-8", "surrogateescape"))
    process.stdin.close()
    return process


def _finish(process):
    if process.wait():
        raise RuntimeError("compiling byte code ended with status {}".format(process.returncode))
