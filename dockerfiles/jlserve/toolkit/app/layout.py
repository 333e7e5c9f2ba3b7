"""What the image gets of the app: the files in /app, where the image's last layer replaces
outlines by the files themselves, and the small programs in /opt/ovenbird. Modes and times are
fixed."""

import json
import os
import shutil
import stat

import ob


def lay_out(root, request, app, document):
    """Fills `root`; gives {"files": how many of the project's, "warnings"}."""
    files, warnings = _copy_project(ob.mnt("project"), os.path.join(root, "app"))
    _write_programs(os.path.join(root, "opt", "ovenbird"), request, app, document)
    _write(ob.out("report", "openapi.json"), canonical_json(document))
    _fix_folders(root)
    return {"files": files, "warnings": warnings}


def _copy_project(source, target):
    """Files by rule 0644 or 0755, links as they are; what leads out of the project is left
    behind with a warning."""
    count, warnings = 0, []
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        inside = os.path.relpath(folder, source)
        to = os.path.normpath(os.path.join(target, inside))
        os.makedirs(to, exist_ok=True)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted(names + links):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                if not _link(path, os.path.join(to, name), source):
                    warnings.append(_leads_out(os.path.normpath(os.path.join(inside, name))))
                    continue
            elif stat.S_ISREG(mode):
                _copy(path, os.path.join(to, name), mode)
            else:
                continue
            count += 1
    return count, warnings


def _copy(path, to, mode):
    shutil.copyfile(path, to)
    os.chmod(to, 0o755 if mode & 0o111 else 0o644)
    os.utime(to, (ob.EPOCH, ob.EPOCH))


def _link(path, to, source):
    """Copies a link that stays inside the project; False for any other."""
    target = os.readlink(path)
    end = os.path.normpath(os.path.join(os.path.dirname(path), target))
    if os.path.isabs(target) or not (end + os.sep).startswith(os.path.normpath(source) + os.sep):
        return False
    os.symlink(target, to)
    os.utime(to, (ob.EPOCH, ob.EPOCH), follow_symlinks=False)
    return True


def _leads_out(name):
    return ob.problem(
        "JLSERVE_LINK_LEFT_OUT", "the link {!r} leads out of the project and is not in the image".format(
            name), "put the file itself into the project")


def _write_programs(folder, request, app, document):
    programs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "image")
    for name in ("serve.py", "healthy.py", "check.py"):
        with open(os.path.join(programs, name), encoding="utf-8") as file:
            _write(os.path.join(folder, name), file.read())
    _write(os.path.join(folder, "app.json"), canonical_json({
        "file": request["file"], "name": app["name"], "port": request["port"]}))
    _write(os.path.join(folder, "openapi.json"), canonical_json(document))


def canonical_json(value):
    """One text for equal values. Names need not be valid Unicode, so it is ASCII."""
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def _write(path, text):
    ob.write_text(path, text)
    os.utime(path, (ob.EPOCH, ob.EPOCH))


def _fix_folders(root):
    for folder, _, _ in os.walk(root, topdown=False):
        os.chmod(folder, 0o755)
        os.utime(folder, (ob.EPOCH, ob.EPOCH))
