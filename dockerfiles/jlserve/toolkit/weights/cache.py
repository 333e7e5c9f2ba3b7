"""The folder that a download fills, on a cache mount, under the slice's key: a run that broke
leaves it there for the next one; another key is another folder."""

import fcntl
import os
import shutil
import time

import ob
import ob_jlserve_slice

#: What no run has touched for so long will not be gone on with.
_FORGOTTEN_SECONDS = 14 * 24 * 3600


class CacheFolder:
    """`path` the folder itself, `work` one for the run's other files; locked while in use."""

    def __init__(self, key):
        self._root = ob.mnt("cache", "weights")
        self._name = key
        self.path = os.path.join(self._root, key)
        self.work = self.path + ".work"
        self._lock = None

    def __enter__(self):
        os.makedirs(self._root, exist_ok=True)
        self._lock = open(self.path + ".lock", "w")
        # Two builds of one key, for one of which the other's files would change underneath.
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._prune()
        os.makedirs(self.path, exist_ok=True)
        os.utime(self.path)
        # Beside the cache folder: a memory file system would hold a whole model twice.
        ob.fresh(self.work)
        self._link()
        return self

    def __exit__(self, *error):
        shutil.rmtree(self.work, ignore_errors=True)
        link = ob_jlserve_slice.cache_dir()
        if os.path.islink(link):
            os.remove(link)
        self._lock.close()

    def forget(self):
        """Removes the folder: its content has been taken, or no run will want it."""
        shutil.rmtree(self.path)

    def _link(self):
        link = ob_jlserve_slice.cache_dir()
        os.makedirs(os.path.dirname(link), exist_ok=True)
        if os.path.islink(link):
            os.remove(link)
        elif os.path.isdir(link):
            shutil.rmtree(link)
        os.symlink(os.path.abspath(self.path), link)

    def _prune(self):
        for name in os.listdir(self._root):
            path = os.path.join(self._root, name)
            if name.startswith(self._name):
                continue
            try:
                old = os.lstat(path).st_mtime < time.time() - _FORGOTTEN_SECONDS
            except OSError:
                continue
            if old and os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            elif old and name.endswith(".lock"):
                os.remove(path)
