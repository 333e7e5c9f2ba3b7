"""The last fields of the manifest, and what of it is shipped."""

import hashlib
import re

import ob

#: Names of environment variables whose values do not belong into an archive.
_SECRET_NAME = re.compile(
    r"(^|_)(API_?KEYS?|ACCESS_?KEYS?|SECRETS?|TOKENS?|PASSWORDS?|PASSWD|PWD|PASSPHRASE|CREDENTIALS?"
    r"|PRIVATE_?KEYS?|KEY|DSN|AUTH)(_|$)|CONNECTION_STRING", re.I)

_SECRET_VALUE = re.compile(
    r"^(hf_|sk-|ghp_|gho_|github_pat_|xox[abp]-|rpa_|AKIA|glpat-|AIza|eyJ)[A-Za-z0-9_\-./+=]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|^[a-z][a-z0-9+]*://[^/\s:@]+:[^/\s@]+@", re.I)


def finished_manifests(project, include_env):
    """(whole, shipped): the manifest with the project's fingerprint, and the one for the
    archive, without secrets unless they are to be in it. The whole one stays on the user's machine, where a deployment
    reads it."""
    whole = ob.read_json(ob.mnt("discover", "flash_manifest.json"))
    whole["source_fingerprint"] = fingerprint(project)
    if include_env:
        return whole, whole
    shipped = dict(whole, resources={
        name: _without_secrets(resource) for name, resource in whole["resources"].items()
    })
    return whole, shipped


def fingerprint(project):
    """SHA-256 over the user's files by path, each path and content led by its length in
    eight bytes, big end first (the peer's definition: a deployment compares the two)."""
    digest = hashlib.sha256()
    files = [(name, path) for name, path, size, _ in project if size is not None]
    for name, path in sorted(files):
        encoded = name.encode("utf-8", "surrogateescape")
        with open(path, "rb") as file:
            data = file.read()
        for part in (encoded, data):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def is_secret(name, value):
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(str(value)))


def secret_variables(manifest):
    """[(resource, variable)] whose values are kept out of the archive's manifest."""
    return [
        (name, variable)
        for name, resource in sorted(manifest["resources"].items())
        for variable, value in sorted((resource.get("env") or {}).items())
        if is_secret(variable, value)
    ]


def _without_secrets(resource):
    if not resource.get("env"):
        return resource
    kept = {name: value for name, value in resource["env"].items() if not is_secret(name, value)}
    return dict(resource, env=kept)
