"""What lies compressed in a PYZ (PyInstaller/archive/readers.py: ZlibArchiveReader)."""

import marshal
import struct


def packed_bytes(path):
    """{module: compressed bytes} of a .pyz file that this very Python's PyInstaller wrote."""
    with open(path, "rb") as file:
        if file.read(4) != b"PYZ\0":
            raise ValueError(path + " is no PYZ")
        file.seek(8)
        offset, = struct.unpack("!i", file.read(4))
        file.seek(offset)
        return {name: length for name, (_, _, length) in marshal.load(file)}
