"""What a Windows Python comes as: names of files, and their bytes. No name leads out of it, a
link is none of its files, and nothing is unpacked but what is asked for."""

import io
import os
import re
import shutil
import stat
import urllib.parse
import zipfile
import zlib

import ob

#: A whole Python has 5,000 files and 150 MB; an image that holds one has more.
MAX_FILES = 500000
MAX_BYTES = 1 << 30

#: The context's name for an archive.
ARCHIVE = "archive"

#: Of an image: not its files.
_NOT_FILES = ("proc", "sys", "dev")


def open_source(folder):
    archive = os.path.join(folder, ARCHIVE)
    if os.path.isfile(archive) and not os.path.islink(archive):
        return Archive(archive)
    return Folder(folder)


class Folder:
    def __init__(self, root):
        self._root = root

    def names(self):
        """Paths relative to it, with "/"."""
        count = 0
        for folder, folders, files in os.walk(self._root):
            inner = os.path.relpath(folder, self._root)
            prefix = "" if inner == "." else inner.replace(os.sep, "/") + "/"
            folders[:] = sorted(name for name in folders if prefix or name not in _NOT_FILES)
            for name in sorted(files):
                count += 1
                if count > MAX_FILES:
                    raise ob.Failure([broken("it has more than {} files".format(MAX_FILES))])
                if stat.S_ISREG(os.lstat(os.path.join(folder, name)).st_mode):
                    yield prefix + name

    def read(self, name):
        with open(os.path.join(self._root, name), "rb") as file:
            return file.read(MAX_BYTES)

    def copy(self, name, to):
        shutil.copyfile(os.path.join(self._root, name), to)


class Archive:
    def __init__(self, path):
        try:
            self._zip = zipfile.ZipFile(path)
            self._members = _members(self._zip.infolist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise ob.Failure([broken("the archive cannot be read: {}".format(error))])
        self._copied = 0

    def names(self):
        return iter(sorted(self._members))

    def read(self, name):
        data = io.BytesIO()
        self._unpack(name, data)
        return data.getvalue()

    def copy(self, name, to):
        with open(to, "wb") as target:
            self._unpack(name, target)

    def _unpack(self, name, target):
        try:
            with self._opened(name) as file:
                shutil.copyfileobj(file, target)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise ob.Failure([broken("{} in the archive cannot be read: {}".format(name, error))])

    def _opened(self, name):
        member = self._members[name]
        # zipfile gives no more than the size that the archive states.
        self._copied += member.file_size
        if self._copied > MAX_BYTES:
            raise ob.Failure([broken("it unpacks to more than {} MB".format(MAX_BYTES >> 20))])
        if member.flag_bits & 1:
            raise ob.Failure([broken("the archive is encrypted")])
        return self._zip.open(member)


def _members(infos):
    """Files by name. Every name is looked at, also of what would not be unpacked."""
    if len(infos) > MAX_FILES:
        raise ob.Failure([broken("it has more than {} files".format(MAX_FILES))])
    members = {}
    # NuGet writes names as parts of an address.
    escaped = any(re.fullmatch(r"[^/]+\.nuspec", info.filename) for info in infos)
    for info in infos:
        name = urllib.parse.unquote(info.filename) if escaped else info.filename
        name = name.replace("\\", "/")
        parts = name.rstrip("/").split("/")
        if name.startswith("/") or ":" in name or "\0" in name or ".." in parts or "" in parts:
            raise ob.Failure([broken("the archive has a file with an unsafe name: {!r}".format(name[:200]))])
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ob.Failure([broken("the archive has a link: {!r}".format(name[:200]))])
        if not info.is_dir() and not name.endswith("/"):
            if name in members:
                raise ob.Failure([broken("the archive has two files called {!r}".format(name[:200]))])
            members[name] = info
    return members


def broken(why):
    return ob.problem(
        "PYINSTALLER_WINDOWS_PYTHON", "the Windows Python cannot be used: " + why,
        hint="give another: --windows-python PATH")
