"""The checks of an app's endpoints, in jlserve's words: all that is wrong, not the first of it.
What jlserve lets through to fail when it is called is an error here too."""

import inspect
import re
import typing

import ob
import places
import registry

#: As Starlette reads path parameters.
_PATH_PARAMETER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")

_KINDS = inspect.Parameter


def check(cls, base_model):
    """(app for the report, problems, warnings)"""
    problems, warnings, rows, paths = [], [], [], {}
    found = registry.endpoints(cls)
    if not found:
        problems.append(_no_endpoints(cls))
    for name, function in found:
        endpoint = _Endpoint(cls, name, function, base_model)
        endpoint.check()
        problems += endpoint.problems
        warnings += endpoint.warnings
        first = paths.setdefault(endpoint.path, endpoint) if isinstance(endpoint.path, str) else endpoint
        if first is not endpoint:
            problems.append(_duplicate(first, endpoint))
        rows.append({
            "path": endpoint.path if isinstance(endpoint.path, str) else None, "method": endpoint.name,
            "input": endpoint.input, "output": endpoint.output,
        })
    app = {"name": registry.app_name(cls), "class": cls.__name__, "endpoints": rows}
    return app, problems, warnings


def _no_endpoints(cls):
    hint = "put @jlserve.endpoint() above a method"
    if registry.forgotten_parentheses(cls):
        hint = "write @jlserve.endpoint() with parentheses"
    return ob.problem(
        "JLSERVE_NO_ENDPOINTS",
        "App {} must have at least one method decorated with @jlserve.endpoint()".format(cls.__name__),
        hint, places.of_class(cls))


def _duplicate(first, second):
    other = "{file}:{line}".format(**dict({"line": "?"}, **first.place))
    return ob.problem(
        "JLSERVE_DUPLICATE_PATH",
        "Duplicate endpoint path '{}' found in methods {}() and {}()".format(
            second.path, first.name, second.name),
        "the other one is at {}: give one of them another path".format(other), second.place)


class _Endpoint:
    def __init__(self, cls, name, function, base_model):
        self.name = name
        self.place = places.of_function(function, cls)
        self.path = getattr(function, "_jlserve_endpoint_path", None)
        self.input = self.output = None
        self.problems, self.warnings = [], []
        self._cls, self._function, self._base_model = cls, function, base_model

    def check(self):
        self._check_name()
        self._check_body()
        self._check_path()
        self._check_hints()

    def _wrong(self, message, hint=None):
        self.problems.append(ob.problem("JLSERVE_ENDPOINT_INVALID", message, hint, self.place))

    def _check_name(self):
        """The server calls the method by its function's name."""
        own = getattr(self._function, "__name__", self.name)
        if own != self.name and not hasattr(self._cls, own):
            self._wrong(
                "Endpoint method {}() is a function called {}, and jlserve calls it by that name".format(
                    self.name, own), "define it in the class as def {}(self, …)".format(self.name))

    def _check_body(self):
        body = inspect.unwrap(self._function)
        label = "Endpoint method {}()".format(self.name)
        if inspect.iscoroutinefunction(body) or inspect.isasyncgenfunction(body):
            self._wrong(label + " must not be async: jlserve calls it without await",
                        "write def {} without async".format(self.name))
        elif inspect.isgeneratorfunction(body):
            self._wrong(label + " must return its answer, not yield it",
                        "return one output model; jlserve does not stream")

    def _check_path(self):
        path = self.path
        label = "Endpoint method {}(): path {!r} ".format(self.name, path)
        if not isinstance(path, str):
            self._wrong(label + "must be a string")
        elif not path.startswith("/"):
            self._wrong(label + "must start with '/'",
                        "write @jlserve.endpoint(path={!r})".format("/" + path))
        else:
            for name, _ in _PATH_PARAMETER.findall(path):
                self._wrong(
                    label + "has the parameter {{{}}}, which nothing receives".format(name),
                    "make {} a field of the input model".format(name))

    def _check_hints(self):
        try:
            parameters = list(inspect.signature(self._function).parameters.values())
            hints = typing.get_type_hints(self._function)
        except Exception as error:  # noqa: BLE001 - hints are evaluated: anything can happen
            self._wrong(
                "Endpoint method {}(): its type hints cannot be read: {}".format(
                    self.name, places.said(error).strip()),
                "define or import the models at the top level of the module")
            return
        if len(parameters) < 2:
            self._wrong(
                "Endpoint method {}() must accept an input parameter with a type hint".format(self.name),
                "write def {}(self, input: Input) -> Output".format(self.name))
        else:
            self._check_input(parameters[1], hints)
            self._check_further(parameters[2:])
        if "return" not in hints:
            self._wrong("Endpoint method {}() must have a return type hint".format(self.name),
                        "write def {}(self, input: Input) -> Output".format(self.name))
        else:
            self.output = self._model(hints["return"], "return type")

    def _check_input(self, parameter, hints):
        if parameter.name not in hints:
            self._wrong("Endpoint method {}() must have a type hint for input parameter '{}'".format(
                self.name, parameter.name))
            return
        if parameter.kind in (_KINDS.KEYWORD_ONLY, _KINDS.VAR_KEYWORD):
            self._wrong("Endpoint method {}() must accept its input parameter '{}' by position".format(
                self.name, parameter.name))
        self.input = self._model(hints[parameter.name], "input type")

    def _check_further(self, parameters):
        """jlserve gives an endpoint the request's body and nothing else."""
        for parameter in parameters:
            if parameter.kind in (_KINDS.VAR_POSITIONAL, _KINDS.VAR_KEYWORD):
                continue
            message = "Endpoint method {}() must accept one input parameter only, got also '{}'".format(
                self.name, parameter.name)
            hint = "make {} a field of the input model".format(parameter.name)
            if parameter.default is parameter.empty:
                self._wrong(message, hint)
            else:
                self.warnings.append(ob.problem(
                    "JLSERVE_UNUSED_PARAMETER",
                    "Endpoint method {}(): no request can set '{}', it always has its default".format(
                        self.name, parameter.name), hint, self.place))

    def _model(self, hint, what):
        """The model's name; a problem if the hint is none."""
        try:
            right = isinstance(hint, type) and issubclass(hint, self._base_model)
        except TypeError:
            right = False  # list[Model] is a type for some versions of Python, and no class.
        if not right:
            self._wrong("Endpoint method {}(): {} must be a Pydantic BaseModel subclass, got {}".format(
                self.name, what, hint), "make it a class that derives from pydantic.BaseModel")
            return None
        return hint.__name__
