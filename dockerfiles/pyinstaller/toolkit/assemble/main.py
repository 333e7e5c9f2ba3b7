"""Builds the executables from the project's files, with the analysis that was kept where it is
that of these files; reports what they consist of."""

import os

import bundle
import explain
import ob
import ob_freeze


def step():
    request = ob_freeze.read_request()
    trace = ob.read_json(ob.mnt("trace", "trace.json"))
    kept = ob.mnt("analysis")
    saved = os.path.join(kept, "saved") if os.path.isfile(os.path.join(kept, "saved", "state")) else None
    tree = ob.fresh(ob.out("dist", "tree"))
    status, log = ob_freeze.run(ob_freeze.job(request, "assemble", saved, trace))
    if status:
        raise ob.Failure(explain.problems(log, request))
    child = ob.read_json(ob.mnt("tmp", "child.json"))
    listings = kept
    if not child["reused"]:
        listings = ob.fresh(ob.out("report", "listings"))
        ob_freeze.keep_listings(listings)
        ob.write_text(os.path.join(listings, "log.txt"), log)
    ob.write_json(ob.out("report", "report.json"), bundle.report(request, tree, child, listings))
    ob_freeze.tidy()


ob.main(step)
