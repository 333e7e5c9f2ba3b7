"""Checks the archive by reading it back.

What is fresh is read from the archive itself. Copied segments were read back when they were
squeezed, and their bytes were compared while copying."""

import io
import os
import struct
import tarfile

import ob
import ob_archive


def verify(path, joiner, sources, manifest, request):
    faults = []
    members = _fresh_members(path, joiner.segments)
    for label, squeezed in sources.squeezed.items():
        for entries in squeezed["entries"].values():
            members += [("./" + name, None) for name, _ in entries]
    seen = set()
    for name, _ in members:
        if name in seen:
            faults.append("{} is there twice".format(name))
        seen.add(name)
        if not _is_inside(name):
            faults.append("{} lies outside the archive's root".format(name))
    if not members or members[0][0] != "./":
        faults.append("the archive does not start with its root entry")
    if len(seen) != len({name for name, _ in joiner.entries}):
        faults.append("the archive holds {} entries instead of {}".format(len(seen), len(joiner.entries)))
    contents = dict(members)
    faults += _check_handlers(manifest, contents)
    faults += ["{} is missing".format(file) for file in request.get("modules") or ()
               if "./" + file not in seen]
    faults += _check_length(path, joiner.segments)
    if faults:
        raise ob.Failure([ob.problem("ARCHIVE_INVALID", "the archive is not as it should be: " + fault)
                          for fault in faults], ob.DEFECT)


def _fresh_members(path, segments):
    """[(member name, content or None)] of the fresh segments, from the file."""
    members = []
    with open(path, "rb") as file:
        for segment in segments:
            if segment["source"] != "fresh":
                continue
            members += _read_segment(b"".join(ob_archive.inflate(file, segment)))
    return members


def _read_segment(data):
    # A segment is a tar without its end; the end makes it one that tarfile reads whole.
    with tarfile.open(fileobj=io.BytesIO(data + bytes(1024)), mode="r:") as tar:
        found = []
        for member in tar:
            small = member.isfile() and member.name.endswith(".py") and "handler_" in member.name
            content = tar.extractfile(member).read() if small else None
            name = "./" if member.name in (".", "") else member.name
            found.append((name, content))
        return found


def _is_inside(name):
    parts = name.split("/")
    return name.startswith("./") and ".." not in parts and "\0" not in name


def _check_handlers(manifest, contents):
    faults = []
    for name, resource in manifest["resources"].items():
        if resource.get("client_mode"):
            continue
        file = "./handler_{}.py".format(name)
        if contents.get(file) is None:
            faults.append("{} is missing".format(file))
            continue
        try:
            compile(contents[file], file, "exec")
        except SyntaxError as error:
            faults.append("{} does not compile: {}".format(file, error))
    if "./flash_manifest.json" not in contents:
        faults.append("./flash_manifest.json is missing")
    return faults


def _check_length(path, segments):
    """gzip's own idea of the uncompressed size, and where the last segment ends."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        file.seek(size - 4)
        (said,) = struct.unpack("<I", file.read(4))
    length = sum(segment["length"] for segment in segments)
    whole = length + 1024 + -(length + 1024) % tarfile.RECORDSIZE
    return [] if said == whole & 0xFFFFFFFF else ["its length is {}, not {}".format(said, whole)]
