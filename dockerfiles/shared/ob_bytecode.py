"""Byte code that holds no time and no trace of how it was made: unchecked by hash, compiled in
the same portions whatever the machine."""

import os
import subprocess
import sys

import ob

#: Files that one process compiles. A fixed number, not one for each core: what a process has
#: compiled before leaves traces in the byte code, so equal trees must be cut alike.
_CHUNK = 150

#: Lines of three: source, byte code, the name that tracebacks show.
_COMPILE = """
import os, py_compile, sys
given = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\\0")[:-1]
for source, target, shown in zip(*[iter(given)] * 3):
    try:
        py_compile.compile(source, target, shown, doraise=True, quiet=2,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except (py_compile.PyCompileError, UnicodeError, ValueError, RecursionError):
        pass  # Templates and tests for other Pythons; importing them would fail as well.
"""


def compile_files(files):
    """files: (source, byte code, name that tracebacks show), in a fixed order."""
    running = []
    for at in range(0, len(files), _CHUNK):
        if len(running) >= (os.cpu_count() or 1):
            _finish(running.pop(0))
        running.append(_start(files[at:at + _CHUNK]))
    for process in running:
        _finish(process)


def modules_below(folder, skipped=()):
    """Paths of Python files, sorted; folders of the names `skipped` are not entered."""
    found = []
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        found += [os.path.join(at, name) for name in names if name.endswith(".py")]
    return sorted(found)


def cached_name(source):
    """`a/__pycache__/b.cpython-312.pyc` of `a/b.py`, for the Python that runs this."""
    folder, name = os.path.split(source)
    return os.path.join(folder, "__pycache__", "{}.{}.pyc".format(
        name[:-len(".py")], sys.implementation.cache_tag))


def fix(root):
    """Fixed modes and times for byte code and for all folders below `root`."""
    for folder, _, names in os.walk(root, topdown=False):
        if os.path.basename(folder) == "__pycache__":
            for name in names:
                path = os.path.join(folder, name)
                os.chmod(path, 0o644)
                os.utime(path, (ob.EPOCH, ob.EPOCH))
        os.chmod(folder, 0o755)
        os.utime(folder, (ob.EPOCH, ob.EPOCH))


def _start(files):
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", _COMPILE], stdin=subprocess.PIPE,
        # The order of sets must not depend on the run.
        env=ob.child_environment(PYTHONHASHSEED="0"),
    )
    text = "".join(part + "\0" for file in files for part in file)
    process.stdin.write(text.encode("utf-8", "surrogateescape"))
    process.stdin.close()
    return process


def _finish(process):
    if process.wait():
        raise RuntimeError("compiling byte code ended with status {}".format(process.returncode))
