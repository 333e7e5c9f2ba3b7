"""The little that is needed of Windows' format of programs."""

import struct

MACHINES = {0x8664: "amd64", 0x14C: "32-bit x86", 0xAA64: "arm64", 0x1C4: "32-bit arm"}


def machine(path):
    """What a program is for: "amd64"; "no Windows program" where it is none."""
    with open(path, "rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:2] != b"MZ":
            return "no Windows program"
        file.seek(struct.unpack_from("<I", head, 60)[0])
        sign = file.read(6)
    if len(sign) < 6 or sign[:4] != b"PE\0\0":
        return "no Windows program"
    kind = struct.unpack_from("<H", sign, 4)[0]
    return MACHINES.get(kind, "an unknown processor ({:#x})".format(kind))
