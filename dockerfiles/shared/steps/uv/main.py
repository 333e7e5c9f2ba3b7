"""Fetches uv: one pinned wheel, checked by its hash. Later stages only mount the result."""

import subprocess
import sys

import ob

_NETWORK_MARKS = ("ConnectionError", "NewConnectionError", "Could not fetch URL", "Read timed out",
                  "Temporary failure in name resolution", "Max retries exceeded", "ProxyError")


def step():
    settings = ob.index_settings()
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--isolated", "--no-cache-dir",
        "--disable-pip-version-check", "--no-deps", "--no-compile", "--require-hashes",
        "--only-binary", ":all:", "--root-user-action", "ignore",
        "--target", ob.out("uv", "pkg"), "-r", ob.mnt("toolkit", "requirements.txt"),
    ]
    if settings.get("url"):
        command += ["--index-url", settings["url"]]
    for extra in settings.get("extra") or ():
        command += ["--extra-index-url", extra]
    done = subprocess.run(
        command, env=ob.child_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
    )
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise ob.Failure([_explain(done.stderr)])


def _explain(text):
    if "CERTIFICATE_VERIFY_FAILED" in text or "SSLError" in text:
        return ob.problem(
            "DEPENDENCY_DOWNLOAD_FAILED",
            "the package index's certificate is not trusted inside the build",
            hint="name your company's CA bundle: ovenbird build --ca FILE (or set SSL_CERT_FILE)",
            detail=text,
        )
    if "DO NOT MATCH THE HASHES" in text:
        return ob.problem("DEPENDENCY_HASH_MISMATCH", "uv as downloaded is not the pinned one",
                          detail=text)
    if any(mark in text for mark in _NETWORK_MARKS):
        return ob.problem(
            "DEPENDENCY_DOWNLOAD_FAILED", "could not download uv",
            hint="check the network and the proxy settings, then run the same command again",
            detail=text,
        )
    return ob.problem("DEPENDENCY_DOWNLOAD_FAILED", "could not install uv into the build",
                      hint="the base image needs Python with pip", detail=text)


ob.main(step)
