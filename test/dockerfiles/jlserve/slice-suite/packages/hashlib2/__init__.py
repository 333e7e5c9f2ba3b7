import zlib


def digest(text):
    return zlib.crc32(text.encode())
