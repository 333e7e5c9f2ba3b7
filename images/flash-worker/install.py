"""Installs the worker's packages for this Python under /ob/worker, at the path they have in
the image. Standard library only; the CA bundle is seen by pip alone."""

import json
import os
import site
import subprocess
import sys

MNT = "/mnt"


def main():
    target = "/ob/worker" + site.getsitepackages()[0]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--isolated", "--no-deps",
        "--disable-pip-version-check", "--root-user-action", "ignore", "--require-hashes",
        "--only-binary", ":all:", "--cache-dir", MNT + "/cache", "--target", target,
        "-r", MNT + "/toolkit/requirements.txt",
    ]
    settings = MNT + "/secrets/index.json"
    if os.path.isfile(settings) and os.path.getsize(settings):
        with open(settings, encoding="utf-8") as file:
            index = json.load(file)
        command += ["--index-url", index["url"]] if index.get("url") else []
        for extra in index.get("extra") or ():
            command += ["--extra-index-url", extra]
    sys.exit(subprocess.call(command, env=_environment()))


def _environment():
    kept = ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
            "http_proxy", "https_proxy", "no_proxy")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment.update(HOME=MNT, TMPDIR=MNT)
    ca = MNT + "/secrets/ca.pem"
    if os.path.isfile(ca) and os.path.getsize(ca):
        environment.update(SSL_CERT_FILE=ca, PIP_CERT=ca, REQUESTS_CA_BUNDLE=ca)
    if os.path.isfile(MNT + "/secrets/netrc"):
        environment["NETRC"] = MNT + "/secrets/netrc"
    return environment


if __name__ == "__main__":
    main()
