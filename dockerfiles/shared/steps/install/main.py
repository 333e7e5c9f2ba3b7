"""Installs what ovenbird.lock pins into /ob/deps/root/opt/deps, as the image will have it."""

import sys

import ob
import ob_bytecode
import ob_install
import ob_lock
import ob_wheels


def step():
    text, target = ob_install.read_lock()
    here = not ob_lock.is_windows(target["platform"])
    if here:
        _refuse_other_python(target["python"])
    ob.fresh(ob.out("deps"))
    tree = ob.fresh(ob.out("deps", "root", "opt", "deps"))
    ob_install.install(text, target, tree)
    ob.write_json(ob.out("deps", "report.json"), {"packages": ob_wheels.packages(tree)})
    root = ob.out("deps", "root")
    # Byte code is the same on all systems.
    if here or target["python"] == _python():
        ob_bytecode.compile_files([
            (source, ob_bytecode.cached_name(source), source[len(root):])
            for source in ob_bytecode.modules_below(tree)
        ])
    ob_bytecode.fix(root)


def _python():
    return "{}.{}".format(*sys.version_info[:2])


def _refuse_other_python(wanted):
    """Wheels and byte code for another Python would only fail at the import."""
    has = _python()
    if has != wanted:
        raise ob.Failure([ob.problem(
            "PYTHON_UNSUPPORTED",
            "the base image has Python {}, the build is for Python {}".format(has, wanted),
            hint="say which it is: --python {}, or choose another image: --base IMAGE".format(has),
        )])


ob.main(step)
