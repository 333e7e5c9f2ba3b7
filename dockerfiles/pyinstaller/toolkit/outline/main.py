"""Leaves what PyInstaller's analysis reads of the project in /ob/outline/project: an edit that
does not show there re-runs no analysis."""

import os
import shutil

import ob
import reduce
import scripts

#: Of these the analysis reads the content, or runs them.
_WHOLE_SUFFIXES = (".spec", ".pth")
_WHOLE_PREFIXES = ("hook-", "pre_", "pyi_")

#: What a spec names and reads itself is small: a version, a list of modules.
_SMALL = 64 * 1024

_MAGICS = (b"\x7fELF", b"MZ", b"!<arch>\n")


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    source = ob.mnt("project")
    target = ob.fresh(ob.out("outline", "project"))
    files = list(_files(source))
    specs = {path: _read(os.path.join(source, path)) for path in files if path.endswith(".spec")}
    named = _words_of_specs(specs)
    texts = {}
    for path in files:
        if path.endswith((".py", ".pyw")) and not _is_whole(path):
            texts[path] = _read(os.path.join(source, path))
    outlines = reduce.outlines(texts, scripts=scripts.of(request, texts, specs))
    for path in files:
        to = os.path.join(target, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        at = os.path.join(source, path)
        if os.path.islink(at):
            os.symlink(os.readlink(at), to)
        elif path in outlines:
            with open(to, "wb") as file:
                file.write(outlines[path])
        elif path in texts or _is_whole(path) or _is_read(at, path, named):
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


def _is_whole(path):
    name = os.path.basename(path)
    return name.endswith(_WHOLE_SUFFIXES) or name.startswith(_WHOLE_PREFIXES)


def _is_read(at, path, named):
    """A binary is searched for what it links to; a small file may be read by a spec."""
    with open(at, "rb") as file:
        if file.read(8).startswith(_MAGICS):
            return True
    return os.path.basename(path) in named and os.path.getsize(at) <= _SMALL


def _words_of_specs(specs):
    words = set()
    for content in specs.values():
        text = content.decode("utf-8", "replace")
        for mark in "'\"\\/":
            text = text.replace(mark, "\n")
        words.update(text.split("\n"))
    return words


def _read(path):
    with open(path, "rb") as file:
        return file.read()


ob.main(step)
