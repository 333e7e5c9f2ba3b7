"""Code that is shipped as data: `datas = [("src/pkg", "pkg")]` puts the package's source where
its modules are looked for."""

import ast
import posixpath

import ob
import options_told

CODE = "PYINSTALLER_SOURCE_AS_DATA"


def source_as_data(project_files, own_modules, options):
    """Warnings; the arguments are those of relatives()."""
    found = []
    pairs = [(*_pair(value), None) for value in options_told.values(options, "--add-data")]
    for file, text in sorted(project_files.items()):
        if file.endswith(".spec"):
            pairs += _spec_data(file, text)
    for source, to, place in pairs:
        package = _covered(source, to, own_modules)
        if package:
            found.append(ob.problem(
                CODE, "{} is shipped as data over the package {} itself: a module that "
                "the analysis missed is run from the shipped .py, and what that imports is in no "
                "bundle".format(source, package),
                "take it out: code is bundled by its imports, and --collect-submodules {0} brings "
                "what is imported by name; ship its data files alone".format(package), place))
    return found


def _pair(value):
    """SRC:DEST, also as on Windows, where a drive may have a colon of its own."""
    source, _, to = value.rpartition(";" if ";" in value else ":")
    return source, to


def _spec_data(file, text):
    """(source, destination, place) of each pair that is written out as `datas`; relative to
    the project."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    folder, found = posixpath.dirname(file), []
    for node in ast.walk(tree):
        if not any("datas" in name for name in _targets(node)):
            continue
        for child in ast.walk(node.value):
            if isinstance(child, ast.Tuple) and [type(_text(each)) for each in child.elts] == [str, str]:
                source, to = map(_text, child.elts)
                found.append((posixpath.join(folder, source), to, ob.at(file, child.lineno)))
    return found


def _text(node):
    return node.value if isinstance(node, ast.Constant) else None


def _targets(node):
    """The names that an assignment or a keyword gives its value to."""
    if isinstance(node, ast.keyword):
        return [node.arg or ""]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [each.id for each in targets if isinstance(each, ast.Name)
            and isinstance(node, (ast.Assign, ast.AugAssign))]


def _covered(source, to, own_modules):
    """The topmost package whose own files land where its modules are looked for, or None."""
    source, to = _normal(source), _normal(to)
    for module, file in sorted(own_modules.items()):
        # Data inside a package may have Python files, too: it is no more than data.
        if module.count(".") > 1:
            continue
        if file == source or posixpath.dirname(file) == posixpath.dirname(source) and "*" in source:
            landed = posixpath.join(to, posixpath.basename(file))
        elif source == "." or file.startswith(source + "/"):
            landed = posixpath.join(to, posixpath.relpath(file, source))
        else:
            continue
        path = module.replace(".", "/")
        if posixpath.normpath(landed) in (path + ".py", path + "/__init__.py"):
            if module.count(".") == 0 or not landed.endswith("/__init__.py"):
                return module.split(".")[0]
    return None


def _normal(path):
    return posixpath.normpath(path.replace("\\", "/"))
