"""Writes the archive: fresh segments for what changes, copied ones for what does not."""

import itertools
import zlib

import ob
import ob_archive
import ob_tree


class Joiner:
    """After write(): `segments` in the archive's order, each with the source it came from
    ("fresh", "deps", "sdk"); `entries` lists [name, size or None] of every member."""

    def __init__(self, path, mtime):
        self._path = path
        self._mtime = mtime
        self.segments = []
        self.entries = []

    def write(self, sources):
        fresh = _fresh_entries(sources)
        tops = set(fresh)
        for squeezed in sources.squeezed.values():
            tops |= set(squeezed["entries"])
        with open(self._path, "wb") as file:
            file.write(ob_archive.header())
            self._file = file
            self._fresh([("./", None, None, False)], "")
            for top in sorted(tops):
                copied = self._copy(top, sources)
                if top in fresh:
                    # Where a folder came with a dependency, its entry is there already.
                    self._fresh([entry for entry in fresh[top] if entry[0] not in copied], top)
            file.write(ob_archive.trailer(self.segments))

    def _fresh(self, entries, top):
        if not entries:
            return
        writer = ob_archive.SegmentWriter(self._file, self._file.tell())
        writer.begin(top)
        for name, source, size, executable in entries:
            member = name if name == "./" else "./" + name
            writer.write(ob_archive.entry_bytes(member, size, executable, self._mtime))
            for data in _content(source, size):
                writer.write(data)
            self.entries.append([name, size])
        writer.end()
        writer.close()
        self.segments += [dict(segment, source="fresh") for segment in writer.segments]

    def _copy(self, top, sources):
        """Copies a top-level name's segments; returns the names of its members."""
        names = set()
        for label, squeezed in sources.squeezed.items():
            for segment in squeezed["segments"]:
                if segment["name"] != top:
                    continue
                offset = self._file.tell()
                check = 0
                with open(squeezed["path"], "rb") as file:
                    file.seek(segment["offset"])
                    left = segment["size"]
                    while left:
                        data = file.read(min(left, 1 << 20))
                        if not data:
                            raise ValueError("squeezed {} is cut short".format(top))
                        check = zlib.crc32(data, check)
                        self._file.write(data)
                        left -= len(data)
                if check != segment["check"]:
                    raise ob.Failure([ob.problem(
                        "ARCHIVE_INVALID", "the compressed form of {} is damaged".format(top),
                        "build again with --no-cache")], ob.DEFECT)
                self.segments.append(dict(segment, source=label, offset=offset))
                self.entries += squeezed["entries"][top]
                names |= {name for name, _ in squeezed["entries"][top]}
        return names


def _fresh_entries(sources):
    """{top-level name: [(name, path or bytes, size, executable)]} sorted by name, with the
    folders of generated files."""
    entries = {name: (name, path, size, executable)
               for name, path, size, executable in sources.project}
    for name, data in sources.generated.items():
        entries[name] = (name, data, len(data), False)
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            entries.setdefault(folder, (folder, None, None, False))
    ordered = sorted(entries.values(), key=lambda entry: entry[0].split("/"))
    grouped = itertools.groupby(ordered, key=lambda entry: ob_tree.top(entry[0]))
    return {top: list(group) for top, group in grouped}


def _content(source, size):
    if size is None:
        return
    if isinstance(source, bytes):
        yield source
    else:
        with open(source, "rb") as file:
            yield from iter(lambda: file.read(1 << 20), b"")
    yield ob_archive.padding(size)
