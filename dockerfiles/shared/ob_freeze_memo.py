"""What PyInstaller's helpers for specs (`collect_all` and its like) gave for installed packages:
each starts processes that import the package, and packages do not change between two steps."""

from PyInstaller.building import build_main
from PyInstaller.utils import hooks

_HELPERS = ("collect_all", "collect_submodules", "collect_data_files", "collect_dynamic_libs",
            "copy_metadata", "is_module_satisfies", "get_package_paths", "get_module_file_attribute")


def keep(answers, is_fixed):
    """Adds what the helpers answer to the dictionary `answers`."""
    for name in _HELPERS:
        _replace(hooks, name, lambda key, ask: _asked(answers, key, ask, is_fixed))
    _replace(build_main, "discover_hook_directories",
             lambda key, ask: answers.setdefault(key, ask()))


def use(answers):
    """Answers from `answers`, else asks."""
    for name in _HELPERS:
        _replace(hooks, name, lambda key, ask: answers[key] if key in answers else ask())
    _replace(build_main, "discover_hook_directories",
             lambda key, ask: answers[key] if key in answers else ask())


def _replace(module, name, answer):
    helper = getattr(module, name, None)
    if helper is None:
        return

    def replaced(*given, **options):
        plain = list(given) + list(options.values())
        if not all(each is None or isinstance(each, (str, bool, int, list, tuple)) for each in plain):
            return helper(*given, **options)
        key = repr((name, given, sorted(options.items())))
        return answer(key, lambda: helper(*given, **options))

    setattr(module, name, replaced)


def _asked(answers, key, ask, is_fixed):
    found = ask()
    if _is_plain(found) and all(is_fixed(path) for path in _paths(found)):
        answers[key] = found
    return found


def _is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(_is_plain(each) for each in value)
    return value is None or isinstance(value, (str, bool, int))


def _paths(value):
    """Every text that is a path; names of modules of the project are none of a fixed answer."""
    if isinstance(value, str):
        return [value] if value.startswith("/") or value[1:3] == ":\\" else []
    return [path for each in value for path in _paths(each)] if isinstance(value, (list, tuple)) else []
