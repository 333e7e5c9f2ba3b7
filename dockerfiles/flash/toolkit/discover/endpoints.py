"""Finds the endpoints among the live objects of imported modules."""

import ast
import inspect
import os
import sys

from settings import deployment_settings, is_live, is_load_balanced

#: The types that a deployment can build again from their name in the manifest.
_PROVISIONABLE = ("ServerlessResource", "LiveServerless", "CpuLiveServerless",
                  "LoadBalancerSlsResource", "LiveLoadBalancer", "CpuLiveLoadBalancer")


class Collector:
    """Gathers what modules define, in the order of the files."""

    def __init__(self, project):
        self._project = project
        self._found = []
        self._clients = {}
        self._clashes = []

    def add(self, module, file):
        for name in dir(module):
            try:
                member = getattr(module, name)
                config = getattr(member, "__remote_config__", None)
            except Exception:  # noqa: BLE001 - a lazy attribute that fails is no endpoint
                continue
            if isinstance(config, dict) and config.get("resource_config") is not None:
                self._add_function(module, file, name, member, config)
            elif _is_endpoint(member) and member.image is not None and member.id is None:
                self._add_client(file, name, member)

    def result(self, python):
        """{"records", "clients"}, plain data. Cross calls are known only now."""
        names = {item["name"] for item in self._found}
        records = []
        for item in sorted(self._found, key=lambda item: (item["file"], item["attribute"])):
            config, endpoint = item.pop("config"), item.pop("endpoint")
            item["settings"] = deployment_settings(config, endpoint, item.pop("remote"), python)
            item["callsRemote"] = _calls(item["source"], item["name"], names)
            item.pop("source")
            item.pop("object")
            records.append(item)
        clients = [
            dict(item, settings=deployment_settings(item.pop("endpoint"), None, {}, python))
            for item in list(self._clients.values()) + self._clashes
        ]
        for item in clients:
            if item["type"] not in _PROVISIONABLE:
                item["type"] = "Endpoint"
        return {"records": records, "clients": clients}

    def _add_function(self, module, file, name, member, remote):
        target, is_class = _target(member)
        home = self._home(module, file, name, member, target)
        if home is None:
            return
        module, file = home
        config = remote["resource_config"]
        variable, endpoint = _variable_of(module, config)
        inner = config._build_resource_config() if _is_endpoint(config) else config
        method, path = remote.get("method"), remote.get("path")
        self._found.append({
            "object": target, "source": os.path.join(self._project, *file.split("/")),
            "name": getattr(target, "__name__", None) or name, "attribute": name,
            "module": file[:-len(".py")].replace("/", "."), "file": file, "line": _line(target),
            "resource": getattr(config, "name", None) or "", "type": type(inner).__name__,
            "isClass": is_class, "isAsync": _is_async(member, target, is_class),
            "methods": _methods(target) if is_class else [],
            "yields": _yields(target),
            "loadBalanced": is_load_balanced(inner) or (method is not None and path is not None),
            "live": is_live(inner), "method": method, "path": path, "variable": variable,
            "dependencies": _strings(remote.get("dependencies")),
            "systemDependencies": _strings(remote.get("system_dependencies")),
            "config": inner, "endpoint": endpoint, "remote": remote,
        })

    def _home(self, module, file, name, member, target):
        """The module that a function belongs to: the one that defines it, not those that
        import it. None when it is known already."""
        if any(item["object"] is target for item in self._found):
            return None
        origin = sys.modules.get(getattr(target, "__module__", None) or "")
        if origin is None or origin is module:
            return module, file
        path = os.path.abspath(getattr(origin, "__file__", None) or "")
        inside = path.startswith(self._project + os.sep)
        if inside and getattr(origin, getattr(target, "__name__", ""), None) is member:
            return origin, os.path.relpath(path, self._project).replace(os.sep, "/")
        return module, file

    def _add_client(self, file, name, member):
        record = {
            "name": member.name, "image": member.image, "variable": name, "file": file,
            "type": type(member._build_resource_config()).__name__, "endpoint": member,
        }
        known = self._clients.get(member.name)
        if known is None or known["file"] == file:
            self._clients[member.name] = record
        elif known["endpoint"] is not member and known["image"] != member.image:
            self._clashes.append(record)


def _is_endpoint(value):
    """Whether a value is the SDK's Endpoint, without importing the SDK ourselves."""
    module = sys.modules.get("runpod_flash.endpoint")
    return module is not None and isinstance(value, module.Endpoint)


def _target(member):
    """What was decorated: (function or class, whether it is a class)."""
    if inspect.isclass(member):
        return getattr(member, "_wrapped_class", member), True
    original = inspect.unwrap(member)
    return original, inspect.isclass(original)


def _is_async(member, target, is_class):
    if not is_class:
        return inspect.iscoroutinefunction(target) or inspect.iscoroutinefunction(member)
    return any(inspect.iscoroutinefunction(vars(target)[name]) for name in _methods(target))


def _yields(target):
    """How a function yields: "plain", "async", or None."""
    if inspect.isasyncgenfunction(target):
        return "async"
    return "plain" if inspect.isgeneratorfunction(target) else None


def _methods(target):
    """Public methods of the class itself, in the order of the source."""
    return [
        name for name, value in vars(target).items()
        if not name.startswith("_") and inspect.isfunction(value)
    ]


def _variable_of(module, config):
    """(name, Endpoint or None) of the module's variable that holds a resource, if one does;
    of several names, the last in the alphabet."""
    by_identity, by_name = (None, None), (None, None)
    for name in dir(module):
        value = getattr(module, name, None)
        if value is config and not callable(getattr(value, "__remote_config__", None)):
            by_identity = (name, value if _is_endpoint(value) else None)
        elif _is_endpoint(value) and value.image is None and value.id is None:
            if value._cached_resource_config is config:
                by_identity = (name, value)
            elif by_name[0] is None and value.name == getattr(config, "name", None):
                by_name = (name, value)
    return by_identity if by_identity[0] else by_name


def _calls(path, function, names):
    """Whether a function or class calls another endpoint's function by its plain name."""
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return False
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        for node in ast.walk(tree) if isinstance(node, definitions) and node.name == function
        for call in ast.walk(node)
    )


def _line(target):
    code = getattr(target, "__code__", None)
    if code is not None:
        return code.co_firstlineno
    try:
        return inspect.getsourcelines(target)[1]
    except (OSError, TypeError):
        return None


def _strings(value):
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []
