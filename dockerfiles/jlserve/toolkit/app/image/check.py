"""Checks the finished image from inside: the server is started and asked for its OpenAPI
document, which must be the one that was built. With --validate, setup() runs first. Without
it setup() is not called, neither by the server.

What is wrong is told in one last line for the host, as the build's own steps do."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

_HERE = os.path.dirname(os.path.abspath(__file__))
_SERVE = os.path.join(_HERE, "serve.py")

#: A base image's Python, FastAPI and the app's imports; under emulation all is slow.
_START_SECONDS = 100

#: The host keeps this much of a line.
_DETAIL = 3000


def main():
    if "--validate" in sys.argv[1:]:
        _validate()
    _ask()
    return 0


def _validate():
    done = subprocess.run(
        [sys.executable, _SERVE, "--setup"], stdout=sys.stdout, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace",
    )
    sys.stderr.write(done.stderr)
    if done.returncode:
        said = re.findall(r"^Error: (.*)$", done.stderr, re.M)
        _fail("JLSERVE_SETUP_FAILED", said[-1] if said else "setup() failed",
              "see it happen: docker run --rm --network none --entrypoint python3 IMAGE "
              "/opt/ovenbird/serve.py --setup", done.stderr)


def _ask():
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, _SERVE, "--no-setup", "--port", str(port)], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    )
    try:
        status, document = _openapi(server, port)
    finally:
        server.terminate()
        try:
            said, _ = server.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            said, _ = server.communicate()
    hint = "run it yourself: docker run --rm --network none --read-only --tmpfs /tmp IMAGE"
    if document is None:
        how = "ended with status {}".format(status) if status is not None else (
            "did not answer within {} s".format(_START_SECONDS))
        _fail("JLSERVE_IMAGE_UNHEALTHY", "the server in the finished image " + how, hint, said)
    with open(os.path.join(_HERE, "openapi.json"), encoding="utf-8") as file:
        built = json.load(file)
    if document != built:
        _fail("JLSERVE_IMAGE_UNHEALTHY",
              "the server's OpenAPI document differs from the one that was built", hint,
              "served: {}\nbuilt: {}".format(json.dumps(document, sort_keys=True),
                                             json.dumps(built, sort_keys=True)))


def _openapi(server, port):
    """(exit status, None) of a server that ended, or (None, its document or None)."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with opener.open("http://127.0.0.1:{}/openapi.json".format(port), timeout=10) as answer:
                return None, json.load(answer)
        except urllib.error.HTTPError:
            return None, {}
        except (OSError, ValueError):
            status = server.poll()
            if status is not None:
                return status, None
            time.sleep(0.02)
    return None, None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _fail(code, message, hint, detail):
    problem = {"code": code, "message": message[:1500], "hint": hint, "detail": detail[-_DETAIL:]}
    sys.stderr.write("{}: {}\n".format(code, message))
    sys.stderr.write("ovenbird-error: {}\n".format(json.dumps({"errors": [problem]})))
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
