"""Makes python3.dll, which wheels for any Python 3 ask for, where a tree lacks it. It has no code:
each of its exports says that the function is python312.dll's."""

import struct

import ob

_SECTION_AT = 0x1000
_FILE_ALIGNMENT = 0x200


def write(library, version, path):
    """library: the bytes of libs/python3.lib, which lists what python3.dll exports."""
    names = exported(library)
    if "Py_IncRef" not in names:
        raise ob.Failure([ob.problem(
            "PYINSTALLER_WINDOWS_PYTHON",
            "the Windows Python lacks python3.dll, and its libs/python3.lib does not say what is in it",
            hint="give another: --windows-python PATH")])
    with open(path, "wb") as file:
        file.write(build("python3.dll", names, "python" + version.replace(".", "")))


def exported(library):
    """Sorted names of an import library: an `ar` archive, a member a function."""
    names = set()
    at = 8
    while library[:8] == b"!<arch>\n" and at + 60 <= len(library):
        try:
            size = int(library[at + 48:at + 58])
        except ValueError:
            break
        member = library[at + 60:at + 60 + size]
        # A short import: 0, 0xFFFF, then 16 bytes, then "function\0python3.dll\0".
        if member[:4] == b"\0\0\xff\xff" and len(member) > 20:
            function, dll = member[20:].split(b"\0")[:2]
            if dll.lower() == b"python3.dll":
                names.add(function.decode("ascii"))
        at += 60 + size + size % 2
    return sorted(names)


def build(name, functions, target):
    """The bytes of a DLL for amd64 with one section, its export table."""
    functions = sorted(functions, key=str.encode)
    table = _export_table(name, functions, target)
    raw = _aligned(len(table), _FILE_ALIGNMENT)
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    # amd64, one section, no time; a DLL that may be loaded anywhere.
    file_header = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII", 0x20B, 14, 0, 0, raw, 0, 0, _SECTION_AT,
        0x180000000, 0x1000, _FILE_ALIGNMENT, 6, 0, 0, 0, 6, 0, 0,
        _SECTION_AT + _aligned(len(table), 0x1000), _FILE_ALIGNMENT * 2, 0,
        # A console's; no address of its own, no code in data.
        3, 0x160, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    directories = struct.pack("<II", _SECTION_AT, len(table)) + bytes(15 * 8)
    section = struct.pack("<8sIIIIIIHHI", b".rdata", len(table), _SECTION_AT, raw,
                          _FILE_ALIGNMENT * 2, 0, 0, 0, 0, 0x40000040)
    head = dos + file_header + optional + directories + section
    return head.ljust(_FILE_ALIGNMENT * 2, b"\0") + table.ljust(raw, b"\0")


def _export_table(name, functions, target):
    count = len(functions)
    addresses = 40
    names = addresses + 4 * count
    ordinals = names + 4 * count
    strings = bytearray()
    start = ordinals + 2 * count

    def add(text):
        at = _SECTION_AT + start + len(strings)
        strings.extend(text.encode("ascii") + b"\0")
        return at

    own = add(name)
    named = [add(function) for function in functions]
    forwards = [add("{}.{}".format(target, function)) for function in functions]
    header = struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, own, 1, count, count,
        _SECTION_AT + addresses, _SECTION_AT + names, _SECTION_AT + ordinals)
    return b"".join((
        header, struct.pack("<{}I".format(count), *forwards), struct.pack("<{}I".format(count), *named),
        struct.pack("<{}H".format(count), *range(count)), bytes(strings)))


def _aligned(size, step):
    return -(-size // step) * step
