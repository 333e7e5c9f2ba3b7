"""Installs Debian packages and leaves what they changed as a tree of its own: with fixed
times and without caches and logs, the layer is the same whenever it is made."""

import os
import shutil
import stat
import subprocess
import sys

import ob

#: Not of the system's own files: mounts, caches, logs and what differs at every run.
_SKIPPED = ("/proc", "/sys", "/dev", "/mnt", "/run", "/tmp", "/ob", "/var/cache", "/var/log",
            "/var/lib/apt/lists", "/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend",
            "/var/lib/dpkg/triggers/Lock", "/var/lib/dpkg/status-old",
            "/var/lib/dpkg/available-old", "/var/lib/dpkg/diversions-old",
            "/var/lib/dpkg/statoverride-old", "/etc/ld.so.cache~", "/var/tmp", "/root")


def step():
    names = ob.read_json(ob.mnt("plan", "request.json"))["packages"]
    before = dict(_files())
    # A mirror that is not reached is no error to this: its packages are unknown then.
    said = _run(["apt-get", "update"], names)
    _run(["apt-get", "install", "--yes", "--no-install-recommends", "--"] + names, names, said)
    root = ob.fresh(ob.out("apt", "root"))
    for path, mark in _files():
        if before.get(path) != mark:
            _copy(path, root + path)
    _fix(root)


def _files():
    """(path, what tells it from another state) of everything that is no folder."""
    for folder, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in _SKIPPED]
        for name in names:
            path = os.path.join(folder, name)
            if path in _SKIPPED:
                continue
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                yield path, (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)


def _copy(path, to):
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copy2(path, to, follow_symlinks=False)


def _fix(root):
    for folder, folders, names in os.walk(root, topdown=False):
        for name in names + folders:
            path = os.path.join(folder, name)
            os.utime(path, (ob.EPOCH, ob.EPOCH), follow_symlinks=False)
        # A folder that the base has keeps its mode: the layer must not open or close it.
        real = folder[len(root):] or "/"
        os.chmod(folder, stat.S_IMODE(os.stat(real).st_mode))
    os.utime(root, (ob.EPOCH, ob.EPOCH))


def _run(command, names, before=""):
    """Returns what it said. before: what the one before has said."""
    environment = ob.child_environment(
        DEBIAN_FRONTEND="noninteractive", PATH="/usr/sbin:/usr/bin:/sbin:/bin")
    # apt's own Python hooks must not see the base image's separate Python.
    for name in ("PYTHONHOME", "LD_LIBRARY_PATH"):
        environment.pop(name, None)
    ca = environment.get("SSL_CERT_FILE")
    options = ["-o", "Acquire::https::CaInfo=" + ca] if ca else []
    # As root without a sandbox user: the CA bundle is readable by root alone.
    options += ["-o", "APT::Sandbox::User=root", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3"]
    done = subprocess.run(
        command[:1] + options + command[1:], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
    )
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise ob.Failure(_explain(before + done.stderr, names))
    return done.stderr


def _explain(said, names):
    is_reached = "Failed to fetch" not in said
    unknown = [name for name in names if is_reached and (
        "Unable to locate package " + name in said
        or "Package '{}' has no installation candidate".format(name) in said)]
    if unknown:
        return [ob.problem(
            "DEPENDENCY_UNRESOLVABLE", "Debian has no package called {}".format(name),
            hint="look for its name: apt-cache search {}".format(name)) for name in unknown]
    return [ob.problem(
        "DEPENDENCY_DOWNLOAD_FAILED", "apt-get could not install {}".format(", ".join(names)),
        hint="check the network, or choose a base image that has them: --base IMAGE", detail=said)]


ob.main(step)
