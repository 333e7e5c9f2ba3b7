"""Compresses the dependencies and the SDK once, as segments that every later archive copies:
an edit of the user's code then costs only its own size."""

import itertools
import os
import zlib

import ob
import ob_archive
import ob_tree

#: Made anew for each app; the SDK's own is a placeholder.
GENERATED = "runpod_flash/runtime/_flash_resource_config.py"


def step():
    ob.fresh(ob.out("squeeze"))
    _squeeze("deps", ob_tree.walk(ob.mnt("deps", "tree")))
    _squeeze("sdk", _sdk_entries(ob.mnt("sdk", "tree")))


def _sdk_entries(tree):
    for entry in ob_tree.walk(tree):
        if ob_tree.top(entry[0]) == "runpod_flash" and entry[0] != GENERATED:
            yield entry


def _squeeze(label, entries):
    """Writes LABEL.deflate and LABEL.json {"segments", "entries": {top: [[name, size]…]}}."""
    path, listed = ob.out("squeeze", label + ".deflate"), {}
    with open(path, "wb") as file:
        writer = ob_archive.SegmentWriter(file)
        for name, group in itertools.groupby(entries, key=lambda entry: ob_tree.top(entry[0])):
            writer.begin(name)
            listed[name] = [_write(writer, *entry) for entry in group]
            writer.end()
        writer.close()
    _verify(path, writer.segments)
    ob.write_json(
        ob.out("squeeze", label + ".json"), {"segments": writer.segments, "entries": listed}
    )


def _write(writer, name, path, size, executable):
    writer.write(ob_archive.entry_bytes("./" + name, size, executable))
    if size is not None:
        with open(path, "rb") as file:
            for data in iter(lambda: file.read(1 << 20), b""):
                writer.write(data)
        writer.write(ob_archive.padding(size))
    return [name, size]


def _verify(path, segments):
    """Reads everything back once: later builds only compare checksums of what they copy."""
    with open(path, "rb") as file:
        for segment in segments:
            crc, length = 0, 0
            for data in ob_archive.inflate(file, segment):
                crc, length = zlib.crc32(data, crc), length + len(data)
            if (crc, length) != (segment["crc"], segment["length"]):
                raise ob.Failure([ob.problem(
                    "ARCHIVE_INVALID", "{} does not read back as it was written".format(segment["name"])
                )], ob.DEFECT)
        if os.path.getsize(path) != sum(segment["size"] for segment in segments):
            raise ob.Failure([ob.problem("ARCHIVE_INVALID", "segments do not fill their file")], ob.DEFECT)


if __name__ == "__main__":
    ob.main(step)
