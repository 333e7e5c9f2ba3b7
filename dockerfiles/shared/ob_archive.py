"""One gzip member made of independent parts, so that what seldom changes is compressed once.

A tar's entries are deflated in segments, one for each top-level name. Every block of a
segment starts with an empty window and ends on a byte (a full flush), so segments can be
kept, joined in any order by copying bytes, and read by anything that reads .tar.gz. The
whole's checksum is combined from the segments' own. Each segment is
{"name", "offset", "size", "crc", "length", "check"}: compressed bytes [offset, offset + size)
with CRC-32 `check`; uncompressed `length` bytes with CRC-32 `crc`.
"""

import collections
import concurrent.futures
import os
import struct
import tarfile
import zlib

import ob

LEVEL = 6
BLOCK = 4 * 1024 * 1024

#: gzip's header: deflate, no name, no time, unknown system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class SegmentWriter:
    """Compresses segments on all cores and writes them in order."""

    def __init__(self, file, offset=0):
        self._file = file
        self._offset = offset
        self._workers = os.cpu_count() or 1
        self._pool = concurrent.futures.ThreadPoolExecutor(self._workers)
        self._waiting = collections.deque()
        self._data = bytearray()
        self._current = None
        self.segments = []

    def begin(self, name):
        self._current = {"name": name, "crc": 0, "length": 0}

    def write(self, data):
        self._current["crc"] = zlib.crc32(data, self._current["crc"])
        self._current["length"] += len(data)
        self._data += data
        while len(self._data) >= BLOCK:
            self._submit(bytes(self._data[:BLOCK]))
            del self._data[:BLOCK]

    def end(self):
        if self._data:
            self._submit(bytes(self._data))
            self._data.clear()
        self._waiting.append(self._current)
        self._current = None
        self._drain(2 * self._workers)

    def close(self):
        self._drain(0)
        self._pool.shutdown()
        return self._offset

    def _submit(self, block):
        self._waiting.append(self._pool.submit(_deflate, block))
        self._drain(2 * self._workers)

    def _drain(self, keep):
        """Writes finished blocks, waiting until at most `keep` are under way."""
        while len(self._waiting) > keep or (self._waiting and self._is_ready(self._waiting[0])):
            item = self._waiting.popleft()
            if isinstance(item, dict):
                self._finish(item)
            else:
                self._put(item.result())

    @staticmethod
    def _is_ready(item):
        return isinstance(item, dict) or item.done()

    def _put(self, data):
        if not hasattr(self, "_start"):
            self._start, self._check = self._offset, 0
        self._file.write(data)
        self._check = zlib.crc32(data, self._check)
        self._offset += len(data)

    def _finish(self, segment):
        start = getattr(self, "_start", self._offset)
        segment.update(offset=start, size=self._offset - start, check=getattr(self, "_check", 0))
        self.segments.append(segment)
        if hasattr(self, "_start"):
            del self._start, self._check


def _deflate(block):
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)


def inflate(file, segment):
    """The uncompressed bytes of a segment, a piece at a time."""
    file.seek(segment["offset"])
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    left = segment["size"]
    while left:
        data = file.read(min(left, 1 << 20))
        if not data:
            raise ValueError("segment {} is cut short".format(segment["name"]))
        left -= len(data)
        yield unpacker.decompress(data)


def header():
    return _HEADER


def trailer(segments):
    """What follows the last segment: the tar's end (two empty blocks, filled up to a whole
    record), the last deflate block and gzip's checksum over all segments in order."""
    crc, length = 0, 0
    for segment in segments:
        crc = combine(crc, segment["crc"], segment["length"])
        length += segment["length"]
    filler = bytes(1024 + -(length + 1024) % tarfile.RECORDSIZE)
    crc = zlib.crc32(filler, crc)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    last = packer.compress(filler) + packer.flush(zlib.Z_FINISH)
    return last + struct.pack("<II", crc, (length + len(filler)) & 0xFFFFFFFF)


def entry_bytes(name, size=None, executable=False, mtime=ob.EPOCH):
    """The header of a tar entry: a folder where there is no size."""
    info = tarfile.TarInfo(name)
    info.mtime = mtime
    info.uid = info.gid = 0
    if size is None:
        info.type, info.mode = tarfile.DIRTYPE, 0o755
    else:
        info.size, info.mode = size, 0o755 if executable else 0o644
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def padding(size):
    return bytes(-size % tarfile.BLOCKSIZE)


# CRCs as polynomials over GF(2), reflected: bit 31 is x^0.
_POLYNOMIAL = 0xEDB88320


def combine(first, second, length):
    """The CRC-32 of two joined byte strings, of which the second is `length` bytes long."""
    return _multiply(_x_to(8 * length), first) ^ second


def _multiply(a, b):
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return product


def _x_to(power):
    result, square = 1 << 31, 1 << 30
    while power:
        if power & 1:
            result = _multiply(square, result)
        square = _multiply(square, square)
        power >>= 1
    return result
