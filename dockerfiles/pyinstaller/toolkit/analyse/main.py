"""PyInstaller's analysis of the outlined project, kept for the step `assemble` together with the
compressed parts of all that is not the project's. It is only a help: what fails here fails there
again, with the real files, and is explained there."""

import os
import shutil

import ob
import ob_freeze
import ob_outline
import ob_system


def step():
    request = ob_freeze.read_request()
    system = ob_system.of(request)
    trace = ob.read_json(ob.mnt("trace", "trace.json"))
    saved = ob.out(*ob_freeze.SAVED)
    shutil.rmtree(ob.out("analysis"), ignore_errors=True)
    status, log, child = ob_freeze.run(ob_freeze.job(request, "analyse", saved, trace), system)
    called = os.path.exists(ob.out(ob_outline.CALLED))
    if status or called:
        shutil.rmtree(ob.out("analysis"), ignore_errors=True)
        os.makedirs(ob.out("analysis"))
    else:
        ob_freeze.keep_listings(ob.out("analysis"), log, child, trace, system)
    ob_freeze.tidy()


ob.main(step)
