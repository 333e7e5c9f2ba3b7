"""Names a line of the rewritten app file so that the host can find it in the user's own: by the
function, the text of the statement, and which one of that text it is."""

import ast
import re

#: A longer text would crowd the error's line in the log; then the function alone is named.
_LONGEST = 600

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CASE = getattr(ast, "match_case", ())

#: What rewriting changes: white space, quotes and their prefixes, brackets, line joins; and the colon
#: after which a body begins.
_CHANGED = re.compile(r"\b[rbuft]{1,2}(?=['\"])|[\s'\"()\[\]{},\\]|:$", re.IGNORECASE)


def statement_at(source, line):
    """{"scope": "Demo.fetch", "text", "nth"} of a line counted from 1: "scope" is the function or
    class around it, "" at the top level; "nth" counts from 0 among the scope's statements of the
    same text."""
    lines = source.split("\n")
    seen = {}
    found = None
    for number, scope in _statements(ast.parse(source)):
        if number > line:
            break
        text = lines[number - 1].strip()
        key = (scope, squeezed(text))
        nth = seen.get(key, 0)
        seen[key] = nth + 1
        found = {"scope": scope, "text": text if len(text) <= _LONGEST else "", "nth": nth}
    return found


def squeezed(text):
    """What a text has in common with what the user wrote; the host does the same."""
    return _CHANGED.sub("", text.strip())


def _statements(tree):
    """(line, qualified name of the function or class around it) of every line that begins a
    statement, or a part of one that can fail, in order. Written text has one line for each."""
    found = []
    pending = [(tree, ())]
    while pending:
        node, scope = pending.pop()
        for child in ast.iter_child_nodes(node):
            inside = scope
            if isinstance(child, _SCOPES):
                inside = scope + (child.name,)
                found += [(item.lineno, scope) for item in child.decorator_list]
            if isinstance(child, (ast.stmt, ast.ExceptHandler)):
                found.append((child.lineno, scope))
                pending.append((child, inside))
            elif isinstance(child, _CASE):
                found.append((child.pattern.lineno, scope))
                pending.append((child, inside))
    return [(line, ".".join(names)) for line, names in sorted(found)]
