"""Project files that the code's strings name.

A string that names a file, or a folder, brings it in. What such a string names and the project
has not is `covered`: code that looks for it learns the same from a slice. So libraries may ask
whether "org/model" is a folder. Looks at anything else are refused while the code runs.
"""

import ast
import posixpath
import re

#: What libraries look for in the working folder without any code naming it.
_LOOKED_FOR = ("matplotlibrc", ".env", ".numba_config.yaml")

#: A shorter beginning of a name says too little.
_PREFIX_LENGTH = 3


class Named:
    """What strings name: `files` of the project, whole `folders`, and of the rest `covered`
    paths and `prefixes` of paths."""

    def __init__(self):
        self.files, self.folders = set(), set()
        self.covered, self.prefixes = set(), set()

    def lines(self):
        return {
            "covered": sorted(self.covered), "folders": sorted(self.folders),
            "prefixes": sorted(self.prefixes),
        }


def named_files(project, trees):
    """What the strings of syntax trees name."""
    named = Named()
    whole, beginnings = set(_LOOKED_FOR), set()
    for tree in trees:
        strings, starts = _strings(tree)
        whole |= strings
        beginnings |= starts
    by_name = {}
    for file in project.files:
        by_name.setdefault(posixpath.basename(file), []).append(file)
    for text in whole:
        _add_path(project, named, by_name, text)
    for text in beginnings:
        _add_prefix(project, named, text)
    return named


def _add_path(project, named, by_name, text):
    path = _normal(text)
    if path is None or _is_behind_link(project, path):
        return
    if path in project.folders:
        named.folders.add(path)
        named.files |= project.below(path)
        return
    # "labels.txt" may stand behind a folder's name that is joined to it.
    ending = "/" + path
    found = {
        file for file in by_name.get(posixpath.basename(path), ())
        if file == path or file.endswith(ending)
    }
    named.files |= found
    if path not in found:
        named.covered.add(path)


def _is_behind_link(project, path):
    """Whether a link that is not followed lies on the way to a path, or below it."""
    return any(
        path == link or path.startswith(link + "/") or link.startswith(path + "/")
        for link in project.links
    )


def _add_prefix(project, named, text):
    path = text[2:] if text.startswith("./") else text
    if len(path) < _PREFIX_LENGTH or path.startswith(("/", ".")) or not _is_path(path):
        return
    if any(link.startswith(path) or path.startswith(link + "/") for link in project.links):
        return
    named.files |= {file for file in project.files if file.startswith(path)}
    named.prefixes.add(path)


def _normal(text):
    if not text or text.startswith("/") or not _is_path(text):
        return None
    path = posixpath.normpath(text)
    return None if path == "." or path.startswith("..") else path


def _is_path(text):
    return len(text) <= 255 and not re.search(r"[\x00-\x1f]|://", text)


def _strings(tree):
    """(whole strings, beginnings of strings that are computed) in a tree, f-strings of names
    with one constant value put together."""
    constants = _constants(tree)
    whole, beginnings = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node.value, bytes):
                whole.add(node.value.decode("utf-8", "replace"))
        elif isinstance(node, ast.JoinedStr) or _is_sum(node):
            text, complete = _fold(node, constants)
            (whole if complete else beginnings).add(text)
    return whole, beginnings


def _is_sum(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def _constants(tree):
    """name → its text, of names that get one value in the whole tree."""
    values, counts = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            counts[node.id] = counts.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            counts[node.arg] = 2
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                values[node.targets[0].id] = node.value.value
    return {name: text for name, text in values.items() if counts[name] == 1}


def _fold(node, constants, depth=0):
    """(text, whether that is all of it)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    if isinstance(node, ast.Name) and node.id in constants:
        return constants[node.id], True
    if isinstance(node, ast.FormattedValue) and node.conversion < 0 and node.format_spec is None:
        return _fold(node.value, constants, depth + 1)
    if depth > 40:
        return "", False
    if _is_sum(node):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = node.values
    else:
        return "", False
    text = ""
    for part in parts:
        more, complete = _fold(part, constants, depth + 1)
        text += more
        if not complete:
            return text, False
    return text, True
