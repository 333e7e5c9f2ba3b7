"""Python's first file in the traced process: starts the recorder, and then the program, much as
its launcher in the executable does. Imports next to nothing: what is loaded before the program
begins looks as if it were not its own."""

import os
import sys


def main():
    # In here, as what multiprocessing starts on Windows runs this file once more, by another name.
    from recorder import Recorder
    with open(sys.argv[1], encoding="ascii") as file:
        given = eval(file.read())  # A literal that main.py has written.
    sys.argv[:] = [given["name"]] + given["arguments"]
    os.environ.update(given["environment"])
    for folder in given["libraries"]:
        os.add_dll_directory(folder)
    # The program may have modules named like ours.
    del sys.path[0], sys.modules["recorder"]
    if given["first"]:
        sys.path.insert(0, given["first"])
    start = _prepare(given["entry"])
    recorder = Recorder(given["record"], given["watched"])
    real_exit = os._exit

    def exit_now(status):
        recorder.look()
        real_exit(status)

    os._exit = exit_now
    sys.addaudithook(recorder.hear)
    try:
        start()
    finally:
        recorder.look()


def _prepare(entry):
    """A function that runs the program."""
    if entry["kind"] == "module":
        from runpy import run_module
        return lambda: run_module(entry["module"], run_name="__main__", alter_sys=True)
    if entry["kind"] == "script":
        return lambda: _script(entry["file"])
    return lambda: sys.exit(_function(entry["module"], entry["function"])())


def _function(module, name):
    __import__(module)
    found = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _script(path):
    """As runpy.run_path, which would load modules of its own only now."""
    main_module = type(sys)("__main__")
    main_module.__file__ = path
    main_module.__builtins__ = __builtins__
    sys.modules["__main__"] = main_module
    with open(path, "rb") as file:
        source = file.read()
    exec(compile(source, path, "exec"), main_module.__dict__)


if __name__ == "__main__":
    main()
