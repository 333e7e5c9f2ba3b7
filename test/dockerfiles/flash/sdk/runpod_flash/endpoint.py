import functools
import inspect

from .core.resources.live import LiveLoadBalancer, LiveServerless


def remote(resource_config, dependencies=None, system_dependencies=None, method=None, path=None):
    def decorate(target):
        if inspect.isclass(target):
            wrapper = type(target.__name__ + "Remote", (), {"_wrapped_class": target})
        elif method:
            wrapper = target
        else:
            @functools.wraps(target)
            async def wrapper(*args, **kwargs):
                raise RuntimeError("not here")
        wrapper.__remote_config__ = {
            "resource_config": resource_config, "method": method, "path": path,
            "dependencies": dependencies, "system_dependencies": system_dependencies,
        }
        return wrapper

    return decorate


class Endpoint:
    def __init__(self, name=None, *, id=None, image=None, env=None, dependencies=None,
                 system_dependencies=None, max_concurrency=1):
        self.name, self.id, self.image, self.env = name, id, image, env
        self.dependencies, self.system_dependencies = dependencies, system_dependencies
        self._max_concurrency = max_concurrency
        self._routes = []
        self._cached_resource_config = None

    def _build_resource_config(self):
        if self._cached_resource_config is None:
            kind = LiveLoadBalancer if self._routes else LiveServerless
            self._cached_resource_config = kind(self.name, image=self.image, env=self.env)
        return self._cached_resource_config

    def __call__(self, target):
        self.name = self.name or target.__name__
        decorated = remote(
            self._build_resource_config(), self.dependencies, self.system_dependencies
        )(target)
        if self._max_concurrency > 1:
            decorated.__remote_config__["max_concurrency"] = self._max_concurrency
        return decorated

    def _route(self, method, path):
        if path in ("/execute", "/ping"):
            raise ValueError("path '{}' is reserved by the framework.".format(path))

        def decorator(func):
            for known in self._routes:
                if known[:2] == (method, path):
                    raise ValueError("duplicate route: {} {} (already registered to '{}')".format(
                        method, path, known[2]))
            self._routes.append((method, path, func.__name__))
            return remote(self._build_resource_config(), self.dependencies, None, method, path)(func)

        return decorator

    def get(self, path):
        return self._route("GET", path)

    def post(self, path):
        return self._route("POST", path)
