"""What an analysis found, kept in files for the step that builds with it: its lists, and the
compressed parts of the archives that do not come from the project."""

import marshal
import os


class Recorder:
    """Writes `folder`. Parts are appended to one file, with an index."""

    def __init__(self, folder):
        os.makedirs(folder)
        self._folder = folder
        self._parts = open(os.path.join(folder, "parts"), "wb")
        self._index = {}
        self.state = {}

    def capture(self, key, out, write):
        """Runs write(file) on `out`, and keeps what it writes under `key`."""
        start = self._parts.tell()
        result = write(_Tee(out, self._parts))
        self._index[key] = (start, self._parts.tell() - start)
        return result

    def close(self):
        self._parts.close()
        with open(os.path.join(self._folder, "state"), "wb") as file:
            marshal.dump({"index": self._index, "state": self.state}, file)


class _Tee:
    def __init__(self, *files):
        self._files = files

    def write(self, data):
        for file in self._files:
            file.write(data)
        return len(data)

    def tell(self):
        return self._files[0].tell()


class Saved:
    """Reads what a Recorder wrote."""

    def __init__(self, folder):
        with open(os.path.join(folder, "state"), "rb") as file:
            content = marshal.load(file)
        self.state = content["state"]
        self._index = content["index"]
        self._parts = open(os.path.join(folder, "parts"), "rb")

    def __contains__(self, key):
        return key in self._index

    def read(self, key):
        start, length = self._index[key]
        self._parts.seek(start)
        return self._parts.read(length)
