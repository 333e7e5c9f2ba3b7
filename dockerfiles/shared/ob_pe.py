"""Reads what Windows' loader reads of a program or DLL (PE format, Microsoft's specification):
the DLLs that it needs, told apart by whether it can start without; and whether it is wine's own."""

import os
import struct

_IMPORTS, _DELAYED = 1, 13

#: Stand where other files have their stub for DOS.
_OF_WINE = (b"Wine builtin DLL", b"Wine placeholder DLL")

#: More than any real file has; a broken one must not take the memory or the time.
_MOST_SECTIONS, _MOST_DLLS, _LONGEST_NAME = 96, 4096, 260


class Pe:
    """needed: DLLs that it does not start without, in lower case and in order; delayed: those that
    it asks for when it comes to them; is_of_wine: it works under wine only."""

    def __init__(self, needed, delayed, is_of_wine):
        self.needed, self.delayed, self.is_of_wine = needed, delayed, is_of_wine


def read(path):
    """The file as a Pe, or None if it is none or cannot be understood."""
    try:
        with open(path, "rb", buffering=0) as file:
            return _read(file.fileno())
    except (OSError, struct.error, ValueError, OverflowError):
        return None


def _read(file):
    head = os.pread(file, 96, 0)
    if head[:2] != b"MZ":
        return None
    at, = struct.unpack_from("<I", head, 60)
    sign, _, sections, _, _, _, size, _ = struct.unpack("<4sHHIIIHH", os.pread(file, 24, at))
    if sign != b"PE\0\0" or sections > _MOST_SECTIONS:
        return None
    optional = os.pread(file, size, at + 24)
    wide = struct.unpack_from("<H", optional)[0] == 0x20B
    base, = struct.unpack_from("<Q" if wide else "<I", optional, 24 if wide else 28)
    image = _Image(file, os.pread(file, 40 * sections, at + 24 + size))
    # The directories are the last of the optional header.
    first = 112 if wide else 96
    count, = struct.unpack_from("<I", optional, first - 4)
    places = [struct.unpack_from("<II", optional, first + 8 * index)[0] if index < count else 0
              for index in (_IMPORTS, _DELAYED)]
    return Pe(_needed(image, places[0]), _delayed(image, places[1], base), head[64:].startswith(_OF_WINE))


def _needed(image, place):
    """Rows of five words, of which the fourth is the name's place; a row without ends them."""
    return _names(image, place, 20, lambda row: struct.unpack("<5I", row)[3])


def _delayed(image, place, base):
    """Rows of eight words. Old linkers gave addresses for places: the first word tells."""
    def name(row):
        kind, at = struct.unpack("<8I", row)[:2]
        return at if kind & 1 or not at else at - base
    return _names(image, place, 32, name)


def _names(image, place, size, name_of):
    found = []
    while place and len(found) < _MOST_DLLS:
        at = name_of(image.bytes(place, size))
        if not at:
            break
        name = image.bytes(at, _LONGEST_NAME, whole=False).split(b"\0", 1)[0]
        found.append(name.decode("ascii").lower())
        place += size
    return found


class _Image:
    """The file as it lies in memory: places there are not those in the file."""

    def __init__(self, file, table):
        self._file = file
        self._sections = [struct.unpack_from("<IIII", table, at + 8) for at in range(0, len(table), 40)]

    def bytes(self, place, length, whole=True):
        for in_memory, start, in_file, offset in self._sections:
            inside = place - start
            if 0 <= inside < (in_memory or in_file):
                found = os.pread(self._file, max(0, min(length, in_file - inside)), offset + inside)
                if len(found) == length or (found and not whole):
                    return found
                break
        raise ValueError("outside of the file")
