"""Lays a Windows Python out as PyInstaller needs it under wine, whatever it came as: a folder,
an archive (.zip, .nupkg, .jar: all are zips) or the files of an image."""

import os
import shutil
import sys

import forwarder
import layout
import locate
import ob
import ob_bytecode
import pe
import sources

#: Where the builder has it, as Windows programs see it: what tracebacks name.
WINDOWS_HOME = "Z:\\opt\\python\\"


def step():
    wanted = ob.read_json(ob.mnt("plan", "request.json"))["python"]
    root = ob.fresh(ob.out("winpy", "python"))
    source = sources.open_source(ob.mnt("python"))
    found = locate.find(source, wanted)
    _lay_out(source, found, root)
    _check_machines(root, found.version)
    if not os.path.exists(os.path.join(root, "python3.dll")):
        forwarder.write(source.read(found.paths["libs/python3.lib"]), found.version,
                        os.path.join(root, "python3.dll"))
    _add_runtime(root)
    if "{}.{}".format(*sys.version_info[:2]) == wanted:
        _compile(root)
    _fix(root)


def _lay_out(source, found, root):
    for path, to in layout.places(found).items():
        target = os.path.join(root, *to.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        source.copy(path, target)


def _check_machines(root, version):
    for name in ("python.exe", "python{}.dll".format(version.replace(".", ""))):
        machine = pe.machine(os.path.join(root, name))
        if machine != "amd64":
            raise ob.Failure([locate.invalid(
                "{} of the Windows Python is for {}, not for 64-bit Intel and AMD (amd64)".format(
                    name, machine))])


def _add_runtime(root):
    """Microsoft's C++ run-time, all of one set: newer ones serve what was made for older."""
    folder = ob.mnt("runtime")
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else ()):
        if name.endswith(".dll"):
            shutil.copyfile(os.path.join(folder, name), os.path.join(root, name))


def _compile(root):
    """Byte code is the same on all systems, and made here in a third of the time."""
    library = os.path.join(root, "Lib")
    ob_bytecode.compile_files([
        (path, ob_bytecode.cached_name(path),
         WINDOWS_HOME + os.path.relpath(path, root).replace("/", "\\"))
        for path in ob_bytecode.modules_below(library)
    ])


def _fix(root):
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            os.chmod(path, 0o644)
            os.utime(path, (ob.EPOCH, ob.EPOCH))
    ob_bytecode.fix(root)


ob.main(step)
