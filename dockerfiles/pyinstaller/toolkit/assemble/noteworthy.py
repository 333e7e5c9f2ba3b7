"""What of PyInstaller's warn file, cross-reference and log is worth a user's time. Of some
hundred lines about modules that packages can do without, none is."""

import functools

import log_lines
import missing_modules
import options_told
import warn_file


def noteworthy(warn_text, kinds, log_text, lock_distributions, own_modules, project_files,
               known_modules=lambda: (), options=(), ours=()):
    """Warnings, the gravest first: modules that the app's own code imports or that the lock
    promised and that are not in the bundle; options that did nothing; missing libraries.
    kinds: graph.kinds() of the cross-reference.
    lock_distributions: distributions.importable() of the packages.
    own_modules: {module: file in the project} of the user's code; a script is no module.
    project_files: {path in the project: text} of Python files and the spec in use.
    known_modules: gives all names that can be imported; asked only if it is needed.
    options: PyInstaller's own, as the user gave them. ours: hidden imports of our own."""
    known = functools.lru_cache(None)(lambda: frozenset(known_modules()))
    told = missing_modules.told(
        warn_file.parse(warn_text), kinds, lock_distributions, own_modules,
        project_files, known)
    return told + options_told.told(
        log_text, lock_distributions, project_files, known, options, ours)
