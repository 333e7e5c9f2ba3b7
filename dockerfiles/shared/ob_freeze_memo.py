"""What PyInstaller's helpers for specs and hooks (`collect_all` and its like) gave: each starts
processes that import the package. Of installed packages that is known, as they do not change
between two steps. What it was for the project's outlines must be asked again."""

import os
import sys

from PyInstaller.building import build_main
from PyInstaller.utils import hooks

_HELPERS = ("collect_all", "collect_submodules", "collect_data_files", "collect_dynamic_libs",
            "copy_metadata", "is_module_satisfies", "get_package_paths", "get_module_file_attribute")


class Memo:
    """answers: those that are known; is_fixed(path): whether its content never changes;
    imported: a file that grows with every outline that is imported, None where there are none."""

    def __init__(self, answers, is_fixed, imported=None):
        self._answers, self._is_fixed, self._imported = answers, is_fixed, imported
        self._depth = 0
        #: Of those that depend on the project: (name, arguments, options, answer) since `listen`.
        self._questions = None
        self._unexplained = 0
        for name in _HELPERS:
            self._replace(hooks, name)
        self._replace(build_main, "discover_hook_directories")
        self._look_past(build_main, "find_binary_dependencies")

    def listen(self):
        self._questions, self._unexplained = [], -self._size()

    def heard(self, explained):
        """The questions since, or None where outlines were imported for other reasons, too.
        explained: by how much the file has grown for a reason that does no harm."""
        questions, self._questions = self._questions, None
        return None if self._unexplained + self._size() - explained else questions

    def _size(self):
        path = self._imported
        return os.path.getsize(path) if path and os.path.exists(path) else 0

    def _replace(self, module, name):
        helper = getattr(module, name, None)
        if helper is None:
            return

        def replaced(*given, **options):
            if not _is_plain(list(given) + list(options.values())):
                return helper(*given, **options)
            # A package that is not found now may be, with more folders to look in.
            key = repr((name, given, sorted(options.items()), sys.path))
            if key not in self._answers:
                return self._ask(key, helper, (name, list(given), options))
            return self._answers[key]

        setattr(module, name, replaced)

    def _look_past(self, module, name):
        """On Windows this imports packages for what that does to the search path of libraries. The
        project's outlines do the same there: a function that they lack says that it was called."""
        helper = getattr(module, name)

        def looked_past(*given, **options):
            before = self._size()
            try:
                return helper(*given, **options)
            finally:
                self._unexplained -= self._size() - before

        setattr(module, name, looked_past)

    def _ask(self, key, helper, question):
        before = self._size()
        self._depth += 1
        try:
            found = helper(*question[1], **question[2])
        finally:
            self._depth -= 1
        ran = self._size() - before
        if not ran and _is_plain(found) and all(map(self._is_fixed, _paths(found))):
            if self._imported:
                self._answers[key] = found
        elif self._questions is not None and not self._depth and _is_plain(found):
            self._questions.append(question + (found,))
            self._unexplained -= ran
        return found


def same_answers(questions):
    """Whether the project's files give what its outlines gave."""
    return all(_again(name, given, options) == found for name, given, options, found in questions)


def _again(name, given, options):
    try:
        return getattr(hooks, name)(*given, **options)
    except Exception:  # noqa: BLE001 - the analysis that follows will say so.
        return None


def _is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(_is_plain(each) for each in value)
    return value is None or isinstance(value, (str, bool, int))


def _paths(value):
    """Every text that is a path."""
    if isinstance(value, str):
        return [value] if value.startswith("/") or value[1:3] == ":\\" else []
    return [path for each in value for path in _paths(each)] if isinstance(value, (list, tuple)) else []
