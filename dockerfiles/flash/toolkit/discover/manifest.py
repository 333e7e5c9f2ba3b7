"""The manifest out of what the import found: pure functions of plain data."""

import time

import ob

RESERVED = ("/execute", "/ping")


def check(records, clients, request):
    """All that is wrong with the endpoints together, as problems."""
    if not records and not clients:
        files = ", ".join(module["file"] for module in request["modules"]) or "the project"
        return [ob.problem(
            "FLASH_NO_ENDPOINTS",
            "no endpoint found in {}".format(files),
            hint="decorate a function or class at the top level of a module: "
            '@Endpoint(name="my-worker", gpu=GpuGroup.ANY)',
        )]
    return (
        _duplicate_endpoints(records, clients) + _routes(records) + _duplicate_functions(records)
        + _names(records, clients) + _python_versions(records, clients, request)
    )


def build_manifest(records, clients, request):
    resources, registry, routes = {}, {}, {}
    for name, items in _by_resource(records):
        resources[name] = _resource(name, items)
        registry.update({item["name"]: name for item in items})
        if items[0]["loadBalanced"]:
            routes[name] = {_route(item): item["name"] for item in items}
    for client in sorted(clients, key=lambda item: item["name"]):
        resources[client["name"]] = _client(client)
    for resource in resources.values():
        resource["target_python_version"] = request["python"]
    manifest = {
        "version": "1.0", "python_version": request["python"], "generated_at": _stamp(request),
        "project_name": request["project"], "resources": resources,
        "function_registry": registry,
    }
    if routes:
        manifest["routes"] = routes
    return manifest


def _resource(name, items):
    first = items[0]
    settings = dict(first["settings"])
    if first["loadBalanced"]:
        # A load-balanced endpoint's concurrency is its HTTP server's.
        settings.pop("max_concurrency", None)
    resource = {
        "resource_type": first["type"],
        **_place(first["file"]),
        "functions": [_function(item) for item in items],
        "is_load_balanced": first["loadBalanced"], "is_live_resource": first["live"],
        "config_variable": first["variable"],
        "makes_remote_calls": any(item["callsRemote"] for item in items),
        **settings,
    }
    if not first["loadBalanced"]:
        resource["handler_file"] = "handler_{}.py".format(name)
        if len(items) > 1:
            # The peer serves the first one only and does not say so.
            resource["served_functions"] = [item["name"] for item in items]
    return resource


def _client(client):
    return {
        "resource_type": client["type"], **_place(client["file"]), "functions": [],
        "is_load_balanced": False, "is_live_resource": True,
        "config_variable": client["variable"], "makes_remote_calls": False, "client_mode": True,
        **client["settings"],
    }


def _function(item):
    function = {
        "name": item["name"], "module": item["module"], "is_async": item["isAsync"],
        "is_class": item["isClass"],
    }
    if item["isClass"] and item["methods"]:
        function["class_methods"] = item["methods"]
    if item["loadBalanced"]:
        function.update(http_method=item["method"], http_path=item["path"])
    return function


def _place(file):
    stem = file[:-len(".py")]
    return {"file_path": file, "local_path_prefix": "/" + stem, "module_path": stem.replace("/", ".")}


def _by_resource(records):
    groups = {}
    for item in records:
        groups.setdefault(item["resource"], []).append(item)
    return sorted(groups.items())


def _route(item):
    return "{} {}".format(item["method"], item["path"])


def _stamp(request):
    seconds = request.get("sourceDateEpoch") or ob.EPOCH
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _duplicate_endpoints(records, clients):
    problems, files = [], {}
    for item in records + clients:
        name = item.get("resource", item["name"])
        files.setdefault(name, {}).setdefault(item["file"], item)
    for name, places in sorted(files.items()):
        if len(places) > 1:
            later = sorted(places)[1]
            problems.append(ob.problem(
                "FLASH_DUPLICATE_ENDPOINT",
                "endpoint '{}' is defined in multiple files: {}. each endpoint name must be "
                "unique across the project.".format(name, ", ".join(sorted(places))),
                "give one of them another name=", ob.at(later, places[later].get("line")),
            ))
    served = {item["resource"] for item in records}
    for client in clients:
        if client["name"] in served and len(files[client["name"]]) == 1:
            problems.append(ob.problem(
                "FLASH_DUPLICATE_ENDPOINT",
                "endpoint '{}' is defined as both a client-mode Endpoint(image=...) and a "
                "decorated resource. each endpoint name must be unique across the "
                "project.".format(client["name"]), None, ob.at(client["file"]),
            ))
    return problems


def _duplicate_functions(records):
    problems, owner = [], {}
    for name, items in _by_resource(records):
        for item in items:
            known = owner.setdefault(item["name"], name)
            if known is not name or sum(one["name"] == item["name"] for one in items) > 1:
                problems.append(ob.problem(
                    "FLASH_DUPLICATE_FUNCTION",
                    "Duplicate function name '{}' found in resources '{}' and '{}'".format(
                        item["name"], known, name),
                    "rename one of the functions: names are global to the project",
                    ob.at(item["file"], item["line"]),
                ))
    return problems


def _routes(records):
    problems = []
    for name, items in _by_resource(records):
        if not items[0]["loadBalanced"]:
            continue
        taken = {}
        for item in items:
            place = ob.at(item["file"], item["line"])
            if not item["method"] or not item["path"]:
                problems.append(ob.problem(
                    "FLASH_IMPORT_FAILED",
                    "{} endpoint '{}' requires method and path for function '{}'. Got method={}, "
                    "path={}".format(item["type"], name, item["name"], item["method"], item["path"]),
                    'say them: method="POST", path="/…"', place,
                ))
                continue
            first = taken.setdefault(_route(item), item["name"])
            if first != item["name"]:
                problems.append(duplicate_route(_route(item), name, first, item["name"], place))
            if item["path"] in RESERVED:
                problems.append(reserved_path(item["name"], item["path"], place))
    return problems


def duplicate_route(route, resource, first, second, place):
    return ob.problem(
        "FLASH_DUPLICATE_ROUTE",
        "Duplicate route '{}' in resource '{}': both '{}' and '{}' are mapped to the same "
        "route".format(route, resource, first, second), "change one of the paths", place,
    )


def reserved_path(function, path, place):
    return ob.problem(
        "FLASH_RESERVED_PATH",
        "Function '{}' cannot use reserved path '{}'. Reserved paths: {}".format(
            function, path, ", ".join(RESERVED)), "choose another path", place,
    )


def _names(records, clients):
    """A resource's name becomes a file's name."""
    problems = []
    for name, items in _by_resource(records):
        if not name or "/" in name or "\0" in name or name.startswith("."):
            problems.append(ob.problem(
                "FLASH_NAME_INVALID",
                "endpoint name {!r} cannot be the name of a handler file".format(name),
                "use letters, digits, - and _", ob.at(items[0]["file"], items[0]["line"]),
            ))
    return problems


def _python_versions(records, clients, request):
    chosen = request["python"]
    declared, places = {}, {}
    for item in records + clients:
        version = item["settings"].get("python_version")
        if version:
            name = item.get("resource", item["name"])
            declared[name], places[name] = version, item["file"]
    differing = {name: version for name, version in declared.items() if version != chosen}
    if not differing:
        return []
    listed = ", ".join("{}={}".format(name, declared[name]) for name in sorted(declared))
    if len(set(declared.values())) > 1:
        return [ob.problem(
            "PYTHON_UNSUPPORTED",
            "Flash apps require one python_version across all resources (found {}): {}.".format(
                sorted(set(declared.values())), listed),
            "set python_version to the same value on every resource, or omit it",
        )]
    listed = ", ".join("{}={}".format(name, differing[name]) for name in sorted(differing))
    return [ob.problem(
        "PYTHON_UNSUPPORTED",
        "python_version override '{}' conflicts with resource declarations: {}. Either remove "
        "the override or align all resources to '{}'.".format(chosen, listed, chosen),
        None, ob.at(places[sorted(differing)[0]]),
    )]
