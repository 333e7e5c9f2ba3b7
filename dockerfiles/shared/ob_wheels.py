"""What an installed tree of wheels holds, and how it is made the same on every machine."""

import base64
import csv
import email.parser
import hashlib
import io
import os
import re
import stat

import ob


def canonical(name):
    """A distribution's name as every index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def normalise(tree):
    """Gives an installed tree fixed modes and times, portable scripts, and nothing that
    tells where it was made."""
    for leftover in (".lock", "CACHEDIR.TAG", ".gitignore"):
        path = os.path.join(tree, leftover)
        if os.path.isfile(path):
            os.remove(path)
    rewritten = _portable_scripts(os.path.join(tree, "bin"))
    for info in dist_infos(tree):
        _normalise_record(tree, info, rewritten)
    for folder, folders, files in os.walk(tree):
        folders.sort()
        for name in files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                os.chmod(path, 0o755 if mode & 0o111 else 0o644)
                os.utime(path, (ob.EPOCH, ob.EPOCH))
    for folder, _, _ in os.walk(tree, topdown=False):
        os.chmod(folder, 0o755)
        os.utime(folder, (ob.EPOCH, ob.EPOCH))


def drop_scripts(tree):
    """Removes what the installer wrote for the system that it runs on, not for the target:
    programs that start by their first line. Windows knows no such ones, programs of wheels
    stay. `normalise` takes them out of the RECORDs."""
    folder = os.path.join(tree, "bin")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                is_script = file.read(2) == b"#!"
            if is_script:
                os.remove(path)
    if os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)


def packages(tree):
    """[{"name", "version", "bytes", "files", "requires"}] by name, from the RECORDs."""
    found = []
    for info in dist_infos(tree):
        with open(os.path.join(tree, info, "METADATA"), encoding="utf-8", errors="replace") as file:
            metadata = email.parser.HeaderParser().parse(file)
        total, count = 0, 0
        for path, _, _ in record(tree, info):
            absolute = os.path.join(tree, path)
            if os.path.isfile(absolute):
                total += os.path.getsize(absolute)
                count += 1
        requires = set()
        for line in metadata.get_all("Requires-Dist") or ():
            match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", line)
            # What only an extra asks for was not asked for here.
            if match and not re.search(r";.*\bextra\s*==", line):
                requires.add(canonical(match.group(1)))
        found.append({
            "name": metadata["Name"], "version": metadata["Version"], "bytes": total,
            "files": count, "requires": sorted(requires),
        })
    return sorted(found, key=lambda item: canonical(item["name"]))


def dist_infos(tree):
    return sorted(name for name in os.listdir(tree) if name.endswith(".dist-info"))


def _portable_scripts(folder):
    """Console scripts start with the path of the Python that installed them: make it
    `env python3`. Returns the names that changed."""
    changed = set()
    if not os.path.isdir(folder):
        return changed
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            data = file.read()
        fresh = None
        if data.startswith(b"#!/bin/sh\n'''exec'"):
            # The long form, for paths with blanks: three lines.
            fresh = b"#!/usr/bin/env python3\n" + data.split(b"\n", 3)[3]
        elif re.match(rb"#!\S*python[0-9.]*\s*\n", data):
            fresh = b"#!/usr/bin/env python3\n" + data.split(b"\n", 1)[1]
        if fresh is not None and fresh != data:
            with open(path, "wb") as file:
                file.write(fresh)
            changed.add(os.path.join("bin", name))
    return changed


def _normalise_record(tree, info, rewritten):
    """Sorts RECORD, leaves out what describes this installation, and mends the hashes of
    rewritten scripts."""
    dropped = {"REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}
    for name in dropped:
        path = os.path.join(tree, info, name)
        if os.path.isfile(path):
            os.remove(path)
    rows = []
    for path, digest, size in record(tree, info):
        folder, name = os.path.split(path)
        if folder == info and name in dropped or not os.path.exists(os.path.join(tree, path)):
            continue
        if path in rewritten:
            with open(os.path.join(tree, path), "rb") as file:
                data = file.read()
            raw = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            digest, size = "sha256=" + raw.decode(), str(len(data))
        rows.append((path, digest, size))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sorted(set(rows)))
    ob.write_text(os.path.join(tree, info, "RECORD"), text.getvalue())


def record(tree, info):
    """[(path, hash, size)] of a RECORD; paths are relative to the tree."""
    path = os.path.join(tree, info, "RECORD")
    if not os.path.isfile(path):
        return []
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    # A --target installation may name its scripts as ../../bin/x.
    return [(re.sub(r"^(\.\./)+", "", row[0]), *(row[1:] + ["", ""])[:2]) for row in rows]
