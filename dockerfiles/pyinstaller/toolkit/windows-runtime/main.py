"""Fetches Microsoft's C and C++ run-time: pinned wheels that bring it along, checked by hash.

The C++ run-time goes beside python.exe, where PyInstaller takes it from. The C run-time is part
of Windows and never bundled, but wine's own lacks functions that numpy calls; it comes with a
Java run-time, of which nothing else is kept."""

import os
import re
import shutil

import ob
import ob_uv
import ob_uv_messages

_CXX = re.compile(r"(concrt|msvcp|vcamp|vccorlib|vcomp|vcruntime)140\w*\.dll")
_C = "ucrtbase.dll"


def step():
    packages = ob.scratch("runtime")
    arguments = ["pip", "install", "--quiet", "--target", packages, "--no-deps", "--require-hashes",
                 "--only-binary", ":all:", "--python-platform", ob_uv.python_platform("windows/amd64"),
                 "-r", ob.mnt("toolkit", "requirements.txt")]
    status, said = ob_uv.run(arguments + ob_uv.index_flags(ob.index_settings()))
    if status:
        raise ob.Failure(ob_uv_messages.problems(said))
    beside = ob.fresh(ob.out("winrt", "python"))
    system = ob.fresh(ob.out("winrt", "system32"))
    for folder, folders, names in os.walk(packages):
        folders.sort()
        for name in names:
            if name == _C:
                _copy(os.path.join(folder, name), system)
            # A Java run-time brings some of these too, older ones.
            elif _CXX.fullmatch(name) and "java-runtime" not in folder:
                _copy(os.path.join(folder, name), beside)
    for folder in (beside, system, ob.out("winrt")):
        os.utime(folder, (ob.EPOCH, ob.EPOCH))


def _copy(path, folder):
    to = os.path.join(folder, os.path.basename(path))
    shutil.copyfile(path, to)
    os.chmod(to, 0o644)
    os.utime(to, (ob.EPOCH, ob.EPOCH))


ob.main(step)
