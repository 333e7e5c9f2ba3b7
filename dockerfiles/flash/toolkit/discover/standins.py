"""Stands in for packages that are in the worker's image but not in the build (torch and its
kin): importing the project must not need gigabytes that it never computes with.

A stand-in module gives any attribute: a class that can be called, subclassed, indexed and
used as a decorator. It is only asked when the real package is nowhere."""

import importlib.abc
import importlib.machinery
import importlib.metadata
import sys
import types


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules of the named distributions, of all where None are named; `used` gathers
    those that were imported."""

    def __init__(self, distributions):
        self._tops = None if distributions is None else {
            name.replace("-", "_") for name in distributions} - {"runpod_flash", "tetra_rp"}
        self.used = {}

    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if not self._stands_in(top):
            return None
        if "." in name and top not in self.used:
            # The real package is there and has no such module.
            return None
        self.used.setdefault(top, name)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def find_distributions(self, context=None):
        """What is stood in for has a version too: packages ask for it when imported."""
        name = getattr(context, "name", None) or ""
        if name and self._stands_in(name.replace("-", "_").lower()):
            yield _Distribution(name)

    def _stands_in(self, top):
        return self._tops is None or top in self._tops

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        module.__path__ = []


class _Distribution(importlib.metadata.Distribution):
    def __init__(self, name):
        self._name = name

    def read_text(self, filename):
        if filename == "METADATA":
            return "Metadata-Version: 2.1\nName: {}\nVersion: 999.0\n".format(self._name)
        return None

    def locate_file(self, path):
        return path


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") and name != "__version__":
            raise AttributeError(name)
        if name == "__version__":
            return "999.0"
        inner = sys.modules.get(self.__name__ + "." + name)
        value = inner if inner is not None else _made(name, self.__name__)
        setattr(self, name, value)
        return value


class _Meta(type):
    def __getattr__(cls, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        value = _made(name, cls.__module__ + "." + cls.__name__)
        setattr(cls, name, value)
        return value

    def __call__(cls, *arguments, **keywords):
        if cls.__dict__.get("_stands_in"):
            return _Value(arguments)
        return super().__call__(*arguments, **keywords)

    def __getitem__(cls, key):
        return cls

    def __or__(cls, other):
        return cls

    __ror__ = __or__

    def __iter__(cls):
        return iter(())

    def __bool__(cls):
        return False


def _made(name, module):
    """A class of that name, which the project may subclass."""
    return _Meta(name, (), {"_stands_in": True, "__module__": module})


class _Value:
    """What calling a stand-in gives. As a decorator, with or without arguments, it gives
    back what it decorates."""

    def __init__(self, arguments):
        self._arguments = arguments

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _Value(())

    def __call__(self, *arguments, **keywords):
        if len(arguments) == 1 and not keywords and isinstance(arguments[0], (types.FunctionType, type)):
            return arguments[0]
        return _Value(arguments)

    def __getitem__(self, key):
        return _Value(())

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return False

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False

    def _same(self, *others):
        return _Value(())

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _same
    __rtruediv__ = __neg__ = __matmul__ = __rmatmul__ = __pow__ = _same
