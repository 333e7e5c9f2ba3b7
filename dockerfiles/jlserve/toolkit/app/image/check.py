"""Checks the finished image from inside: the server is started and asked for its OpenAPI
document, which must be the one that was built. With --validate, setup() runs first, in a
process of its own. Without it setup() is not called, neither by the server.

What is wrong is told in one last line for the host, as the build's own steps do; that all is
well, in the last line of stdout."""

import gc
import json
import os
import socket
import sys
import tempfile
import threading
import traceback

import serve

_HERE = os.path.dirname(os.path.abspath(__file__))

#: Seconds that an answer may take once the server listens.
_ANSWER_SECONDS = 30

#: The host keeps this much of a line.
_DETAIL = 3000

#: The image that fails is not kept: it is built once more, under a name that nobody uses.
_RUN = "docker run --rm --network none --read-only --tmpfs /tmp"
_HINT = "see it happen: build with -t debug --no-verify, without --validate, then " + _RUN + " debug"
_SETUP_HINT = ("see it happen: build with -t debug instead of --validate, then " + _RUN +
               " --entrypoint python3 debug /opt/ovenbird/serve.py --setup")


def main():
    if "--validate" in sys.argv[1:]:
        _validate()
    # What importing makes stays: looking for garbage in it takes a tenth of the time.
    gc.disable()
    try:
        _serve()
    except BaseException as error:  # noqa: BLE001 - sys.exit() too is no server
        _not_started(error)


def _validate():
    # Not a pipe, which a process that setup() started could hold open.
    with tempfile.TemporaryFile() as printed:
        failed = serve.try_setup(stderr=printed)
        printed.seek(max(0, printed.seek(0, os.SEEK_END) - 4 * _DETAIL))
        said = printed.read().decode("utf-8", "replace")
    sys.stderr.write(said)
    if failed is None:
        sys.stdout.write("setup() succeeded\n")
        sys.stdout.flush()
        return
    place = {name: failed[name] for name in ("file", "line") if failed.get(name)}
    _fail("JLSERVE_SETUP_FAILED", failed["message"], _SETUP_HINT, said, place)


def _serve():
    """Starts the server in this process. Who asks it, beside it, ends the process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = serve.make_server(listener.getsockname()[1], lifespan="off", log_level="warning")
        asking = threading.Thread(target=_judge, args=(listener.getsockname(),), daemon=True)
        asking.start()
        server.run(sockets=[listener])
    asking.join(_ANSWER_SECONDS)
    raise RuntimeError("it ended without an answer")


def _judge(address):
    """The kernel takes the connection at once; the server answers when it runs."""
    try:
        with open(os.path.join(_HERE, "openapi.json"), encoding="utf-8") as file:
            built = json.load(file)
        document = _ask(address)
    except Exception as error:  # noqa: BLE001 - told as what it is
        return _not_started(error)
    if document != built:
        _fail("JLSERVE_IMAGE_UNHEALTHY",
              "the server's OpenAPI document differs from the one that was built", _HINT,
              "served: {}\nbuilt: {}".format(json.dumps(document, sort_keys=True),
                                             json.dumps(built, sort_keys=True)))
    sys.stdout.write("the image answers\n")
    sys.stdout.flush()
    # Neither the server's own end nor threads that the app started keep the build waiting.
    os._exit(0)


def _ask(address):
    """What the server answers to GET /openapi.json."""
    with socket.create_connection(address, timeout=_ANSWER_SECONDS) as connection:
        connection.sendall(b"GET /openapi.json HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        received = b""
        for data in iter(lambda: connection.recv(65536), b""):
            received += data
    head, _, body = received.partition(b"\r\n\r\n")
    status = head.split(None, 2)[1:2]
    if status != [b"200"]:
        raise ValueError("it answered with status {}".format(b"".join(status).decode()))
    return json.loads(body)


def _not_started(error):
    said = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    _fail("JLSERVE_IMAGE_UNHEALTHY", "the server in the finished image does not start: {}".format(
        str(error) or type(error).__name__), _HINT, said)


def _fail(code, message, hint, detail, location=None):
    problem = {"code": code, "message": message[:1500], "hint": hint, "detail": detail[-_DETAIL:],
               "location": location or None}
    sys.stderr.write("{}: {}\n".format(code, message))
    sys.stderr.write("ovenbird-error: {}\n".format(json.dumps({"errors": [problem]})))
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main()
