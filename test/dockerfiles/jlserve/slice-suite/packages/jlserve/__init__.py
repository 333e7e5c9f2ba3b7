"""A stand-in of jlserve: its two decorators, as far as they leave marks."""

registered = []


def app(name=None, requirements=None):
    def decorate(cls):
        cls._jlserve_app = True
        cls._jlserve_app_name = name or cls.__name__
        registered.append(cls)
        return cls

    return decorate


def endpoint(path=None):
    def decorate(method):
        def call(*args, **kwargs):
            return method(*args, **kwargs)

        call._jlserve_endpoint = True
        return call

    return decorate
