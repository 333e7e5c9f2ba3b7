"""Reads what the dynamic loader reads of an ELF file (System V ABI, "Dynamic Linking"): the
libraries that it needs and where it says to look for them."""

import os
import struct

_PT_LOAD, _PT_DYNAMIC = 1, 2
_NEEDED, _STRTAB, _SONAME, _RPATH, _RUNPATH = 1, 5, 14, 15, 29

#: More than any real file has; a broken one must not take the memory.
_MOST_HEADERS, _MOST_DYNAMIC, _LONGEST_STRING = 4096, 1 << 20, 1 << 16


class Elf:
    """machine: (class, byte order, e_machine); needed: sonames in order; soname or "";
    rpath and runpath: lists of folders, $ORIGIN not yet filled in."""

    def __init__(self, machine, entries):
        self.machine = machine
        self.needed = entries[_NEEDED]
        self.soname = "".join(entries[_SONAME][:1])
        self.rpath = _folders(entries[_RPATH])
        self.runpath = _folders(entries[_RUNPATH])


def read(path):
    """The file as an Elf, or None if it is none or cannot be understood."""
    try:
        with open(path, "rb", buffering=0) as file:
            return _read(file.fileno())
    except (OSError, struct.error, ValueError, OverflowError):
        return None


def _read(file):
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
    loads, dynamic = [], None
    for at in range(0, size * count, size):
        kind, offset, address, length = _program_header(headers, at, order, wide)
        if kind == _PT_LOAD:
            loads.append((address, offset, length))
        elif kind == _PT_DYNAMIC:
            dynamic = (offset, min(length, _MOST_DYNAMIC))
    entries = {tag: [] for tag in (_NEEDED, _SONAME, _RPATH, _RUNPATH)}
    if dynamic is not None:
        _fill(entries, file, dynamic, loads, order, wide)
    return Elf(machine, entries)


def _program_header(headers, at, order, wide):
    if wide:
        kind, _, offset, address, _, length = struct.unpack_from(order + "IIQQQQ", headers, at)
    else:
        kind, offset, address, _, length = struct.unpack_from(order + "IIIII", headers, at)
    return kind, offset, address, length


def _fill(entries, file, dynamic, loads, order, wide):
    """Reads the dynamic section into lists of strings by tag."""
    data = os.pread(file, dynamic[1], dynamic[0])
    entry = struct.Struct(order + ("qQ" if wide else "iI"))
    offsets, strings = [], None
    for at in range(0, len(data) - entry.size + 1, entry.size):
        tag, value = entry.unpack_from(data, at)
        if tag == 0:
            break
        if tag == _STRTAB:
            strings = _offset(value, loads)
        elif tag in entries:
            offsets.append((tag, value))
    if strings is None:
        return
    for tag, value in offsets:
        raw = os.pread(file, _LONGEST_STRING if tag in (_RPATH, _RUNPATH) else 1024, strings + value)
        entries[tag].append(os.fsdecode(raw.split(b"\0", 1)[0]))


def _offset(address, loads):
    """Where in the file a virtual address lies."""
    for start, offset, length in loads:
        if start <= address < start + length:
            return address - start + offset
    return None


def _folders(values):
    return [folder for value in values for folder in value.split(":") if folder]
