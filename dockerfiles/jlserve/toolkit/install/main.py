"""Installs what ovenbird.lock pins into /ob/deps/root/opt/deps, as the image will have it."""

import os
import sys

import ob
import ob_install
import ob_wheels
from bytecode import compile_tree


def step():
    text, target = ob_install.read_lock()
    _refuse_other_python(target["python"])
    ob.fresh(ob.out("deps"))
    tree = ob.fresh(ob.out("deps", "root", "opt", "deps"))
    ob_install.install(text, target, tree)
    ob.write_json(ob.out("deps", "report.json"), {"packages": ob_wheels.packages(tree)})
    compile_tree(tree)
    _fix(ob.out("deps", "root"))


def _refuse_other_python(wanted):
    """Wheels and byte code for another Python would only fail at the import."""
    has = "{}.{}".format(*sys.version_info[:2])
    if has != wanted:
        raise ob.Failure([ob.problem(
            "PYTHON_UNSUPPORTED",
            "the base image has Python {}, the build is for Python {}".format(has, wanted),
            hint="say which it is: --python {}, or choose another image: --base IMAGE".format(has),
        )])


def _fix(root):
    """The folders above the tree are in the layer too."""
    for folder in (root, os.path.join(root, "opt")):
        os.chmod(folder, 0o755)
        os.utime(folder, (ob.EPOCH, ob.EPOCH))


ob.main(step)
