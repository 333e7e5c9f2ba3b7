"""What a deployment needs to know of a resource, as fields of the manifest."""

import sys

_LIVE_TYPES = ("LiveServerless", "CpuLiveServerless", "LiveLoadBalancer", "CpuLiveLoadBalancer")

#: Plain fields in the manifest's order, and when each is written:
#: "set" = neither empty nor None, "given" = not None, "always" = the type has it.
_FIELDS = (
    ("imageName", "set"), ("python_version", "set"), ("templateId", "set"), ("gpuIds", "set"),
    ("instanceIds", "set"), ("workersMin", "always"), ("workersMax", "always"),
    ("idleTimeout", "given"), ("scalerType", "given"), ("scalerValue", "given"),
    ("locations", "set"), ("minCudaVersion", "given"), ("env", "given"),
)

_TEMPLATE_FIELDS = ("containerDiskInGb", "dockerArgs", "startScript", "advancedStart",
                    "containerRegistryAuthId")


def is_load_balanced(config):
    return any(base.__name__ == "LoadBalancerSlsResource" for base in type(config).__mro__)


def is_live(config):
    return type(config).__name__ in _LIVE_TYPES


def deployment_settings(config, endpoint, remote, python):
    """The deployment fields of a resource.

    config: the resource object or the Endpoint that makes it. endpoint: the Endpoint
    variable it belongs to, if any. remote: the decorator's own record. python: "3.12", the
    version that default images follow.
    """
    settings = {}
    limit = getattr(endpoint or config, "_max_concurrency", None)
    if limit is None:
        limit = remote.get("max_concurrency", 1)
    if limit > 1:
        settings["max_concurrency"] = limit
    if hasattr(config, "_build_resource_config"):
        config = config._build_resource_config()
    for name, condition in _FIELDS:
        if not hasattr(config, name):
            continue
        value = getattr(config, name)
        if condition == "always" or (value if condition == "set" else value is not None):
            settings[name] = _plain(value)
    if settings.get("imageName") and _is_default_image(config):
        settings["imageName"] = _image(config, settings.get("python_version") or python)
    settings.update(_volumes(config))
    template = getattr(config, "template", None)
    if template:
        fields = {name: _plain(getattr(template, name)) for name in _TEMPLATE_FIELDS
                  if hasattr(template, name)}
        if fields:
            settings["template"] = fields
    return settings


def _volumes(config):
    if getattr(config, "networkVolumes", None):
        return {"networkVolumes": [_volume(volume) for volume in config.networkVolumes]}
    if getattr(config, "networkVolume", None):
        return {"networkVolume": _volume(config.networkVolume)}
    if getattr(config, "networkVolumeId", None):
        return {"networkVolumeId": config.networkVolumeId}
    return {}


def _volume(volume):
    fields = {name: getattr(volume, name, None) for name in ("name", "id", "size", "dataCenterId")}
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _is_default_image(config):
    """Whether the worker's image was chosen by the SDK, not by the user: only then does it
    follow the Python that the app is built for."""
    live = getattr(config, "_live_image", None)
    return live is not None and live == config.imageName


def _image(config, python):
    constants = sys.modules["runpod_flash.core.resources.constants"]
    return constants.get_image_name(config._image_type, python)


def _plain(value):
    if hasattr(value, "value") and not isinstance(value, (str, int, float)) or _is_enum(value):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _is_enum(value):
    return any(base.__name__ == "Enum" for base in type(value).__mro__)
