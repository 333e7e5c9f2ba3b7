"""A project's own uv.lock as requirements: its pins are kept."""

import os

import ob
import ob_uv
import ob_uv_messages

_EXPORTED = "uv.lock.txt"


def export(work, groups=()):
    """Writes the locked packages of the project in `work`, and of those of its dependency groups
    that are named, beside it; returns the file's name."""
    target = os.path.join(work, _EXPORTED)
    status, said = ob_uv.run(
        ["export", "--quiet", "--frozen", "--no-emit-project", "--no-default-groups", "--no-header",
         "--no-annotate", "--format", "requirements.txt", "--output-file", target]
        + ["--group=" + name for name in groups],
        cwd=work, show=False,
    )
    if status:
        found = ob_uv_messages.problems(said)
        first = dict(found[0], location=ob.at("uv.lock"), hint="renew it: uv lock")
        raise ob.Failure([first])
    return _EXPORTED
