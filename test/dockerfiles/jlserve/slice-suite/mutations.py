"""Edits of a project, made from its syntax trees and its files: each a small change that a
person may make, most of which the weights may or may not depend on."""

import ast
import copy


def mutations(files):
    """Yields (kind, description, files after the edit)."""
    for path in sorted(files):
        if path.endswith(".py") and files[path].strip():
            yield from _code(files, path)
        elif not path.endswith(".py"):
            yield from _data(files, path)
    yield from _project(files)


def _with(files, path, text):
    return dict(files, **{path: text})


def _code(files, path):
    source = files[path]
    for kind, line, changed in _trees(source):
        yield kind, "{}:{}".format(path, line), _with(files, path, changed)
    lines = source.split("\n")
    for number in range(0, len(lines), 5):
        indent = lines[number][:len(lines[number]) - len(lines[number].lstrip())]
        if lines[number].strip() and not _inside_text(source, number + 1):
            edited = lines[:number] + [indent + "# a comment"] + lines[number:]
            yield "comment", "{}:{}".format(path, number + 1), _with(files, path, "\n".join(edited))
    yield "whitespace", path, _with(files, path, source.replace("\n\n", "\n\n\n"))
    if path == "app.py":
        yield from _additions(files, path)


def _inside_text(source, line):
    """Whether a line begins within a string or an expression of several lines."""
    return any(
        node.lineno < line <= node.end_lineno
        for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr)
    )


def _trees(source):
    """(kind, line, source) for each small change of the tree."""
    count = sum(1 for _ in ast.walk(ast.parse(source)))
    for index in range(count):
        tree = ast.parse(source)
        nodes = list(ast.walk(tree))
        kind = _change(nodes[index], tree)
        if kind:
            yield kind, getattr(nodes[index], "lineno", 0), ast.unparse(tree) + "\n"
    for index, (body, place) in enumerate(_bodies(ast.parse(source))):
        for position in range(len(body)):
            tree = ast.parse(source)
            same, _ = list(_bodies(tree))[index]
            removed = same.pop(position)
            if not same:
                same.append(ast.Pass())
            yield "removed " + place, removed.lineno, ast.unparse(tree) + "\n"
    for position in range(len(ast.parse(source).body) - 1):
        tree = ast.parse(source)
        body = tree.body
        body[position], body[position + 1] = body[position + 1], body[position]
        yield "swapped", body[position].lineno, ast.unparse(tree) + "\n"


def _bodies(tree):
    yield tree.body, "statement"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.body, "member"


def _change(node, tree):
    if isinstance(node, ast.Constant):
        return _constant(node, tree)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        node.left, node.right = node.right, node.left
        return "operands"
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(node.ctx, ast.Load) and node.elts:
        node.elts = node.elts + [copy.deepcopy(node.elts[-1])]
        return "element"
    if isinstance(node, ast.FunctionDef) and node.args.defaults:
        last = node.args.defaults[-1]
        node.args.defaults[-1] = ast.BinOp(last, ast.Mult(), ast.Constant(2))
        return "default"
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        node.ops = [ast.NotEq()]
        return "condition"
    return None


def _constant(node, tree):
    kind = "docstring" if _is_docstring(node, tree) else "constant"
    value = node.value
    if isinstance(value, bool) or value is None or value is Ellipsis:
        if not isinstance(value, bool):
            return None
        node.value = not value
    elif isinstance(value, str):
        node.value = value + "~"
    elif isinstance(value, (int, float)):
        node.value = value + 1
    else:
        return None
    return kind


def _is_docstring(node, tree):
    return any(
        isinstance(item, ast.Expr) and item.value is node for item in ast.walk(tree)
    )


#: Statements that someone may add at the end of the file's head, or at its end.
_ADDED = [
    "os.environ['FETCH_MODE'] = 'added'",
    "os.environ['ADDED'] = '1'",
    "def open(*arguments, **named):\n    raise SystemExit('own open')",
    "def sorted(values, **named):\n    return ['own sorted']",
    "repr = lambda value: 'own repr'",
    "str = lambda value: 'own str'",
    "list = tuple",
    "type = lambda value: value",
    "len = lambda value: 99",
    "import json as _json\n_json.loads = None",
    "import posixpath\n_join = posixpath.join\nos.path.join = lambda *parts: _join(*parts) + '.added'",
    "BaseModel.marker = 1",
    "ADDED = 1",
    "import colorsys",
    "def added(value=1):\n    return value",
    "class Added(BaseModel):\n    value: int = 1",
    "class Hooked:\n    def __init_subclass__(cls):\n        os.environ['HOOKED'] = '1'",
    "if True:\n    LATE = 1",
    "jlserve = jlserve" ,
    "assert os.sep == '/'",
    "del os",
    "global_counter = 0\ndef bump():\n    global global_counter\n    global_counter += 1\nbump()",
    "try:\n    import absent_one\nexcept ImportError:\n    absent_one = None",
    "if __name__ == '__main__':\n    print('run')",
    "async def later():\n    return 1",
]


def _additions(files, path):
    """Rebinding what the app uses, by every top-level name, and statements from a list."""
    source = files[path]
    tree = ast.parse(source)
    head = max(
        (node.end_lineno for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))),
        default=0,
    )
    lines = source.split("\n")
    for text in _ADDED:
        for where, number in (("head", head), ("end", len(lines))):
            edited = lines[:number] + [text] + lines[number:]
            yield "added at the " + where, text.split("\n")[0], _with(files, path, "\n".join(edited))
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.add(node.targets[0].id)
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    for name in sorted(names):
        # What the class is made with may be bound anew before, or after, it is used.
        for text in ("{0} = 'rebound'", "{0}_old = {0}\ndel {0}", "{0} = [{0}]",
                     "for {0} in ['looped']: pass", "if ({0} := 'walrus'): pass"):
            edited = source + "\n" + text.format(name) + "\n"
            yield "rebound", text.format(name).split("\n")[0], _with(files, path, edited)
    app = [node for node in tree.body if isinstance(node, ast.ClassDef)][-1]
    members = [node.name for node in app.body if isinstance(node, ast.FunctionDef)]
    members += [node.targets[0].id for node in app.body
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    for name in sorted(set(members)):
        edited = source + "\n{}.{} = 'patched'\n".format(app.name, name)
        yield "patched member", name, _with(files, path, edited)
    edited = source.replace("@jlserve.endpoint()\n", "@jlserve.endpoint(path='/moved')\n", 1)
    yield "endpoint", "another path", _with(files, path, edited)
    extra = "\n    @jlserve.endpoint()\n    def further(self, data: Input) -> Input:\n        return data\n"
    edited = source.replace("\n    @jlserve.endpoint", extra + "\n    @jlserve.endpoint", 1)
    yield "endpoint", "one more", _with(files, path, edited)
    edited = source.replace("requirements=[", "requirements=['plotlib', ")
    if edited != source:
        yield "requirements", "one more in the decorator", _with(files, path, edited)


def _data(files, path):
    text = files[path]
    swapped = "".join(chr(ord(char) ^ 1) if char.isalnum() else char for char in text)
    yield "data file", path + " same size", _with(files, path, swapped)
    yield "data file", path + " longer", _with(files, path, text + "more\n")
    yield "data file", path + " removed", {key: files[key] for key in files if key != path}
    folder = path.rpartition("/")[0]
    yield "data file", path + " beside", _with(files, folder + "/new.txt" if folder else "new.txt", "new\n")


def _project(files):
    for path in ("NOTES.md", "requirements.txt", "docs/index.md", "tests/test_app.py", "train.py",
                 "missing.txt", "override.txt", "local_settings.py", "absent_accelerator.py",
                 "org/tiny", "org/patched/config.json", "tools/__init__.py", "random.py",
                 "colorsys.py", "plotlib.py", "b", "rb", "a.txt.bak", "data.bin", ".env",
                 "plugin_b.py", "fetchlib/extra.py", "lib/added.py"):
        if path not in files:
            text = "OVERRIDE = 'from a file'\nVALUE = 3\n" if path.endswith(".py") else "new text\n"
            yield "new file", path, _with(files, path, text)
