"""What the host tells the user about the result."""

import re

import ob
from manifest import secret_variables
from ob_wheels import canonical

#: Files of the worker's own in /app: a user's file of that name takes their place.
_WORKERS_OWN = ("handler.py", "constants.py", "logger.py", "version.py", "lb_handler.py",
                "main.py", "remote_executor.py")


#: In the images of GPU workers, for one Python.
_GPU_ONLY = {"torch", "torchaudio", "torchvision", "triton"}
_GPU_PYTHON = "3.12"


def build_report(request, sources, joiner, archive_bytes, verified):
    dependencies = ob.read_json(ob.mnt("deps", "report.json"))["packages"]
    sdk = ob.read_json(ob.mnt("sdk", "report.json"))["packages"]
    found = ob.read_json(ob.mnt("discover", "found.json"))
    manifest = ob.read_json(ob.mnt("discover", "flash_manifest.json"))
    version = [item["version"] for item in sdk if canonical(item["name"]) == "runpod-flash"]
    functions = [function for endpoint in found["endpoints"] for function in endpoint["functions"]]
    project = [size for _, _, size, _ in sources.project if size is not None]
    return {
        "version": 1, "python": manifest["python_version"],
        "sdkVersion": version[0] if version else None,
        "files": len(project), "entries": len(joiner.entries),
        "packages": [{key: item[key] for key in ("name", "version", "bytes", "files")}
                     for item in dependencies],
        "bytes": {
            "archive": archive_bytes, "project": sum(project),
            "uncompressed": sum(segment["length"] for segment in joiner.segments),
            "dependencies": _sizes(sources, "deps"), "sdk": _sizes(sources, "sdk"),
        },
        "excluded": _excluded(request.get("excludes") or (), dependencies, functions),
        "systemDependencies": sorted(
            {name for function in functions for name in function["systemDependencies"]}),
        "warnings": found["warnings"] + _unmatched(request, dependencies, functions)
        + _warnings(sources, manifest, found, request.get("includeEnv", False))
        + _worker_warnings(manifest, found, request.get("excludes") or ()),
        "verified": verified,
    }


def _sizes(sources, label):
    return sum(size or 0 for entries in sources.squeezed[label]["entries"].values()
               for _, size in entries)


def _excluded(excludes, dependencies, functions):
    """Excluded packages that something asked for, and what did."""
    asked = {}
    for item in dependencies:
        for name in item["requires"]:
            asked.setdefault(name, set()).add(item["name"])
    for function in functions:
        for requirement in function["dependencies"]:
            asked.setdefault(_name(requirement), set()).add(function["name"] + "()")
    wanted = {canonical(name) for name in excludes} & set(asked)
    return [{"name": name, "requiredBy": sorted(asked[name])} for name in sorted(wanted)]


def _unmatched(request, dependencies, functions):
    """Names that were excluded by hand and that nothing asked for: a slip, or long gone. The
    host names those that the project does not."""
    unasked = request.get("unasked") or ()
    asked = {item["name"] for item in _excluded(unasked, dependencies, functions)}
    return [
        ob.problem("FLASH_EXCLUDE_UNMATCHED",
                   "--exclude: nothing that is installed needs {}".format(name),
                   "check the spelling, or leave it out")
        for name in sorted(set(unasked) - asked)
    ]


def _worker_warnings(manifest, found, excludes):
    """What the worker's image has only for some: torch and CUDA, for GPUs and one Python."""
    warnings = []
    endpoints = {endpoint["name"]: endpoint for endpoint in found["endpoints"]}
    python = manifest["python_version"]
    for name, resource in sorted(manifest["resources"].items()):
        if resource.get("gpuIds") and python != _GPU_PYTHON:
            warnings.append(ob.problem(
                "FLASH_GPU_PYTHON",
                "endpoint '{}' runs on GPUs with Python {}: the worker's image has torch and CUDA "
                "ready for {} only, so that its cold start takes longer".format(name, python, _GPU_PYTHON),
                "build for that Python if nothing speaks against it: --python-version " + _GPU_PYTHON,
                ob.at(resource["file_path"])))
        if not resource.get("instanceIds"):
            continue
        for function in endpoints[name]["functions"]:
            asked = sorted({_name(item) for item in function["dependencies"]} & set(excludes) & _GPU_ONLY)
            if asked:
                warnings.append(ob.problem(
                    "FLASH_CPU_TORCH",
                    "{} of endpoint '{}' asks for {}, which is left out as GPU workers have it: this "
                    "one runs on CPUs, whose image has it not".format(
                        function["name"], name, ", ".join(asked)),
                    "run it on a GPU (gpu=GpuGroup.ANY), or ship it: --include " + ",".join(asked), ob.at(
                        endpoints[name]["file"], function.get("line"))))
    return warnings


def _name(requirement):
    return canonical(re.match(r"\s*([A-Za-z0-9._-]*)", requirement).group(1))


def _warnings(sources, manifest, found, include_env):
    warnings = []
    names = {name for name, _, size, _ in sources.project if size is not None}
    for name in _WORKERS_OWN:
        if name in names:
            warnings.append(ob.problem(
                "FLASH_WORKER_NAME", "{} has the name of a module of the worker's own".format(name),
                "rename it if the worker misbehaves", ob.at(name)))
    files = {endpoint["name"]: endpoint["file"] for endpoint in found["endpoints"]}
    for resource, variable in secret_variables(manifest):
        fate, remedy = (
            ("it is shipped in plain text, as --include-env asks", "whoever has the archive can read it")
            if include_env else
            ("it is left out of the archive's manifest",
             "a value written in the code is still shipped with the code; --include-env ships this one"))
        warnings.append(ob.problem(
            "FLASH_SECRET_IN_ENV",
            "env {} of endpoint '{}' looks like a secret: {}".format(variable, resource, fate),
            remedy, ob.at(files[resource])))
    for name, resource in sorted(manifest["resources"].items()):
        if len(resource.get("served_functions") or ()) > 1:
            warnings.append(ob.problem(
                "FLASH_SEVERAL_FUNCTIONS",
                "endpoint '{}' serves {}: a job names one with the input key "
                '"function"'.format(name, ", ".join(resource["served_functions"])),
                None, ob.at(resource["file_path"])))
    return warnings
