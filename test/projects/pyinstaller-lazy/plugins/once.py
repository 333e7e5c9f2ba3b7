"""Of equal imports the first. The compiled counter imports another package, which no source says."""

from zlib import crc32

from preshed.counter import PreshCounter


def change(code: str) -> str:
    seen = PreshCounter()
    kept = []
    for line in code.splitlines(keepends=True):
        key = crc32(line.encode())
        if not (line.startswith(("import ", "from ")) and seen[key]):
            kept.append(line)
        seen.inc(key, 1)
    return "".join(kept)
