"""Reads what the dynamic loader reads of an ELF file (System V ABI, "Dynamic Linking"): the
libraries that it needs, where it says to look for them, and the versions of their symbols
(Linux Standard Base, "Symbol Versioning")."""

import os
import struct

_PT_LOAD, _PT_DYNAMIC = 1, 2
_NEEDED, _STRTAB, _SONAME, _RPATH, _RUNPATH = 1, 5, 14, 15, 29
_VERNEED, _VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
_WEAK = 2

#: More than any real file has; a broken one must not take the memory or the time.
_MOST_HEADERS, _MOST_DYNAMIC, _LONGEST_STRING = 4096, 1 << 20, 1 << 16
_MOST_VERSIONS = 4096


class Elf:
    """machine: (class, byte order, e_machine); needed: sonames in order; soname or "";
    rpath and runpath: lists of folders, $ORIGIN not yet filled in."""

    def __init__(self, machine, dynamic):
        self.machine = machine
        self.needed = dynamic.strings(_NEEDED)
        self.soname = "".join(dynamic.strings(_SONAME)[:1])
        self.rpath = _folders(dynamic.strings(_RPATH, _LONGEST_STRING))
        self.runpath = _folders(dynamic.strings(_RUNPATH, _LONGEST_STRING))


def read(path):
    """The file as an Elf, or None if it is none or cannot be understood."""
    return _open(path, Elf)


def needed_versions(path):
    """{library: [versions]} that loading the file fails without: {"libc.so.6": ["GLIBC_2.17"]}.
    {} for what is no ELF file or cannot be understood."""
    return _open(path, lambda _, dynamic: _versions(dynamic)) or {}


def _open(path, make):
    try:
        with open(path, "rb", buffering=0) as file:
            return _read(file.fileno(), make)
    except (OSError, struct.error, ValueError, OverflowError):
        return None


def _read(file, make):
    head = os.pread(file, 64, 0)
    if len(head) < 52 or head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    machine = (head[4], head[5], struct.unpack_from(order + "H", head, 18)[0])
    if wide:
        table, = struct.unpack_from(order + "Q", head, 32)
        size, count = struct.unpack_from(order + "HH", head, 54)
    else:
        table, = struct.unpack_from(order + "I", head, 28)
        size, count = struct.unpack_from(order + "HH", head, 42)
    if count > _MOST_HEADERS:
        return None
    headers = os.pread(file, size * count, table)
    loads, place = [], None
    for at in range(0, size * count, size):
        kind, offset, address, length = _program_header(headers, at, order, wide)
        if kind == _PT_LOAD:
            loads.append((address, offset, length))
        elif kind == _PT_DYNAMIC:
            place = (offset, min(length, _MOST_DYNAMIC))
    return make(machine, _Dynamic(file, place, loads, order, wide))


def _program_header(headers, at, order, wide):
    if wide:
        kind, _, offset, address, _, length = struct.unpack_from(order + "IIQQQQ", headers, at)
    else:
        kind, offset, address, _, length = struct.unpack_from(order + "IIIII", headers, at)
    return kind, offset, address, length


class _Dynamic:
    """The dynamic section: values by tag, and what they lead to in the file."""

    def __init__(self, file, place, loads, order, wide):
        self.order = order
        self._file, self._loads, self._values = file, loads, {}
        data = os.pread(file, place[1], place[0]) if place else b""
        entry = struct.Struct(order + ("qQ" if wide else "iI"))
        for at in range(0, len(data) - entry.size + 1, entry.size):
            tag, value = entry.unpack_from(data, at)
            if tag == 0:
                break
            self._values.setdefault(tag, []).append(value)
        self._strings = self.offset(_STRTAB)

    def value(self, tag):
        return self._values.get(tag, [None])[-1]

    def offset(self, tag):
        """Where in the file the address of an entry lies, or None."""
        address = self.value(tag)
        for start, offset, length in self._loads if address is not None else ():
            if start <= address < start + length:
                return address - start + offset
        return None

    def strings(self, tag, longest=1024):
        values = self._values.get(tag, ()) if self._strings is not None else ()
        return [self.string(value, longest) for value in values]

    def string(self, at, longest=1024):
        if self._strings is None:
            raise ValueError("no table of strings")
        return os.fsdecode(self.bytes(self._strings + at, longest).split(b"\0", 1)[0])

    def bytes(self, offset, length):
        return os.pread(self._file, length, offset)


def _versions(dynamic):
    """Walks the version needs: one entry a library, with a chain of versions each. Every
    link is an offset from the entry that it stands in."""
    at, count = dynamic.offset(_VERNEED), dynamic.value(_VERNEEDNUM) or 0
    found, left = {}, _MOST_VERSIONS
    for _ in range(min(count, _MOST_VERSIONS) if at is not None else 0):
        _, _, library, first, following = struct.unpack(dynamic.order + "HHIII", dynamic.bytes(at, 16))
        versions, place = found.setdefault(dynamic.string(library), []), at + first
        while left:
            left -= 1
            _, flags, _, name, further = struct.unpack(dynamic.order + "IHHII", dynamic.bytes(place, 16))
            # The loader does without a weak one.
            if not flags & _WEAK:
                versions.append(dynamic.string(name, 64))
            if not further:
                break
            place += further
        if not following:
            break
        at += following
    return found


def _folders(values):
    return [folder for value in values for folder in value.split(":") if folder]
