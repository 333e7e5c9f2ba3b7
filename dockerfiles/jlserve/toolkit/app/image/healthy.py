"""Is the server up? It takes connections once setup() is done, and not before. While an
endpoint computes, no request is answered, but the kernel still takes the connection: a long
inference is healthy. Exit status 0 or 1, after two seconds at most."""

import json
import os
import socket
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    try:
        with socket.create_connection(("127.0.0.1", _port()), timeout=2):
            return 0
    except (OSError, ValueError, OverflowError, KeyError) as error:
        sys.stderr.write("not healthy: {}\n".format(error))
        return 1


def _port():
    """As serve.py chooses it: its own --port, PORT, app.json."""
    given = _given("/proc/1/cmdline") or os.environ.get("PORT")
    if given:
        return int(given)
    with open(os.path.join(_HERE, "app.json"), encoding="utf-8") as file:
        return json.load(file)["port"]


def _given(path):
    """The --port that the container's first process was started with, or None."""
    try:
        with open(path, "rb") as file:
            words = file.read().decode("utf-8", "replace").split("\0")
    except OSError:
        return None
    own = os.path.join(_HERE, "serve.py")
    words = words[words.index(own) + 1:] if own in words else []
    for word, following in zip(words, words[1:] + [""]):
        if word in ("--port", "-p"):
            return following
        if word.startswith("--port="):
            return word[len("--port="):]
    return None


if __name__ == "__main__":
    sys.exit(main())
