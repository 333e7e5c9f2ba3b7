"""Leaves what PyInstaller's analysis reads of the project in /ob/outline/project: an edit that
does not show there re-runs no analysis."""

import os
import re
import shutil

import ob
import reduce
import scripts

#: Python to PyInstaller, which reads the types of an extension for what that imports.
_PYTHON = (".py", ".pyw", ".pyi")

#: Of these the analysis reads the content, or runs them.
_WHOLE_SUFFIXES = (".spec", ".pth")
_HOOK, _HOOKS_OWN = "hook-", "rthooks.dat"

#: What a spec names and reads itself is small: a version, a list of modules.
_SMALL = 64 * 1024

_MAGICS = (b"\x7fELF", b"MZ", b"!<arch>\n")


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    source = ob.mnt("project")
    target = ob.fresh(ob.out("outline", "project"))
    files = list(_files(source))
    specs = {path: _read(source, path) for path in files
             if path.endswith(".spec") and _is_own(source, path)}
    words = _words_of_specs(specs)
    whole = _whole(source, files)
    texts = {path: _read(source, path) for path in files
             if path.endswith(_PYTHON) and not _is_hook(path) and _is_own(source, path)}
    outlines = reduce.outlines(texts, scripts.of(request, texts, specs), whole)
    for folder, _, _ in os.walk(source):
        # An empty one is a package, too.
        os.makedirs(os.path.normpath(os.path.join(target, os.path.relpath(folder, source))), exist_ok=True)
    for path in files:
        at, to = os.path.join(source, path), os.path.join(target, path)
        if os.path.islink(at):
            os.symlink(os.readlink(at), to)
        elif path in outlines:
            with open(to, "wb") as file:
                file.write(outlines[path])
        elif path in texts or path in whole or _is_read(at, path, words):
            shutil.copyfile(at, to)
        else:
            open(to, "wb").close()
    for folder, _, names in os.walk(target):
        os.chmod(folder, 0o755)
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o644)


def _files(root):
    """Paths below `root`, sorted; links to folders are files here."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + linked):
            yield os.path.relpath(os.path.join(folder, name), root)


def _whole(source, files):
    """Paths of what stays as it is: specs, hooks, and what lies beside a hook that names it."""
    named = {}
    for path in files:
        folder, name = os.path.split(path)
        if _is_hook(path) and _is_own(source, path):
            words = re.findall(r"\w+", _read(source, path).decode("utf-8", "replace"))
            named.setdefault(folder, set()).update(words)

    def is_whole(path):
        folder, name = os.path.split(path)
        return (name == _HOOKS_OWN or _is_hook(path) or name.endswith(_WHOLE_SUFFIXES)
                or name.split(".")[0] in named.get(folder, ()))

    return {path for path in files if is_whole(path)}


def _is_hook(path):
    return os.path.basename(path).startswith(_HOOK)


def _is_own(source, path):
    """No link: what that leads to is outlined where it lies, or is not there."""
    return not os.path.islink(os.path.join(source, path))


def _is_read(at, path, named):
    """A binary is searched for what it links to; a small file may be read by a spec."""
    with open(at, "rb") as file:
        if file.read(8).startswith(_MAGICS):
            return True
    return os.path.basename(path) in named and os.path.getsize(at) <= _SMALL


def _words_of_specs(specs):
    words = set()
    for content in specs.values():
        words.update(re.split(r"['\"\\/\n]", content.decode("utf-8", "replace")))
    return words


def _read(source, path):
    with open(os.path.join(source, path), "rb") as file:
        return file.read()


ob.main(step)
