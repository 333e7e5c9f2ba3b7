"""Runs download_weights() with the slice's files alone and leaves what it wrote into
JLSERVE_CACHE_DIR. A download that broke goes on where it stopped: the cache folder lies on a
cache mount under the slice's key until it is complete.

In the mode "slice" the app file's lines are not the user's (comments do not re-run a download,
so its text is rewritten): an error then names the function and the text of the line, by which
the host finds it.
"""

import os
import re
import shutil

import ob
import ob_jlserve_slice
from cache import CacheFolder
from collect import collect
from hide import hidden
from runner import run_child
from verdict import fallback_of, problem_of
from warn import warnings_of

#: As the host lets it through: no other may become the name of a file.
_SECRET_ID = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def step():
    request = ob.read_json(ob.mnt("slice", "request.json"))
    if "stop" in request:
        ob.fresh(ob.out("weights", "root"))
        return _report(dict(request["stop"], status="fallback", files=[], warnings=[]))
    secrets = _secrets(request["secrets"])
    app = _write_app()
    cache = CacheFolder(ob_jlserve_slice.tree_digest(ob.mnt("slice")))
    target = ob.out("weights", "root", "var", "cache", "jlserve")
    with cache:
        run = run_child(request, app, cache, secrets)
        fallback = fallback_of(run, request)
        if fallback:
            cache.forget()
            ob.fresh(target)
            report = dict(fallback, status="fallback", files=[], warnings=[])
        else:
            found = problem_of(run, request)
            if found:
                raise ob.Failure([found])
            files = collect(cache.path, target, secrets)
            report = {"status": "done", "files": files,
                      "warnings": warnings_of(run, app, cache, files)}
            cache.forget()
    ob_jlserve_slice.normalise(ob.out("weights"))
    return _report(hidden(report, secrets))


def _report(report):
    ob.fresh(ob.out("weights-report"))
    ob.write_json(ob.out("weights-report", "report.json"), report)


def _write_app():
    """Lays the slice's files out as the project. Gives the folder's real path."""
    app = ob_jlserve_slice.place("app")
    shutil.rmtree(app, ignore_errors=True)
    shutil.copytree(ob.mnt("slice", "code"), app, symlinks=True)
    return os.path.realpath(app)


def _secrets(names):
    """The values of the secrets, which are also written where the user's code may look."""
    path = ob.mnt("secrets", "user.json")
    given = ob.read_json(path) if os.path.isfile(path) and os.path.getsize(path) else {}
    values = {name: given[name] for name in names if name in given}
    folder = ob_jlserve_slice.place("run", "secrets")
    for name, value in values.items():
        if not _SECRET_ID.fullmatch(name):
            raise ValueError("a secret is called {!r}".format(name))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8",
                  errors="surrogateescape", newline="") as file:
            os.chmod(file.fileno(), 0o600)
            file.write(value)
    return values


if __name__ == "__main__":
    ob.main(step)
