"""Finds where processes listen, and asks there by HTTP. A program chooses its port: nothing is
assumed."""

import glob
import ipaddress
import os
import re
import socket
import threading

_STATUS_LINE = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})[^\r\n]*")


class Asking:
    """Asks for a path wherever there is an ear, until the answer is 2xx or 3xx. One that never
    answers keeps no other waiting."""

    def __init__(self, path):
        self._path = path
        self._pending = set()
        self._line = ""
        self._answered = threading.Event()

    def ask(self, processes):
        """Asks where these listen and are not being asked."""
        for endpoint in endpoints(processes) - self._pending:
            self._pending.add(endpoint)
            threading.Thread(target=self._ask, args=(endpoint,), daemon=True).start()

    def wait(self, seconds):
        """Whether the answer is there."""
        return self._answered.wait(seconds)

    def answer(self):
        """The last status line, "" if none came."""
        return self._line

    def pending(self):
        return bool(self._pending)

    def _ask(self, endpoint):
        try:
            with socket.create_connection(endpoint) as connection:
                connection.sendall(
                    "GET {} HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
                    .format(self._path).encode("utf-8", "surrogateescape"))
                with connection.makefile("rb") as answer:
                    self._hear(answer.readline(1000))
                    # To its end, so that no server complains of us.
                    while answer.read(65536):
                        pass
        except OSError:
            pass
        self._pending.discard(endpoint)

    def _hear(self, line):
        found = _STATUS_LINE.match(line)
        if found and not self._answered.is_set():
            self._line = found.group().decode("latin-1")
            if found.group(1)[:1] in b"23":
                self._answered.set()


def endpoints(processes):
    """{(address, port)} of the TCP sockets that these listen on."""
    inodes = set()
    for number in processes:
        for link in glob.glob("/proc/{}/fd/*".format(number)):
            try:
                found = re.match(r"socket:\[(\d+)\]", os.readlink(link))
            except OSError:
                continue
            if found:
                inodes.add(found.group(1))
    found = set()
    for table in ("tcp", "tcp6") if inodes else ():
        try:
            with open("/proc/net/" + table, encoding="ascii") as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        # Column 4 is the state (0A: listening), column 10 the socket's inode.
        for row in rows:
            if row[3] == "0A" and row[9] in inodes:
                address, port = row[1].split(":")
                found.update((one, int(port, 16)) for one in _addresses(address))
    return found


def _addresses(digits):
    """Where a socket that listens there can be reached. Four bytes after four, each four back to
    front."""
    words = [bytes.fromhex(digits[at:at + 8])[::-1] for at in range(0, len(digits), 8)]
    address = ipaddress.ip_address(b"".join(words))
    if address.is_unspecified:
        # What listens on IPv6 mostly answers IPv4 too, and need not.
        return ["127.0.0.1"] if address.version == 4 else ["127.0.0.1", "::1"]
    if address.version == 6 and address.ipv4_mapped:
        return [str(address.ipv4_mapped)]
    return [str(address)]
