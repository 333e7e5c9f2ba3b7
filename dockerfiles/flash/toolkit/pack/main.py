"""Joins the project, its dependencies, the SDK and what was generated into the archive."""

import os
import shutil

import ob
from collisions import check_collisions
from join import Joiner
from manifest import finished_manifests
from report import build_report
from sources import read_sources
from verify import verify


def step():
    request = ob.read_json(ob.mnt("plan", "request.json"))
    if ob.read_json(ob.mnt("discover", "found.json")).get("again"):
        # There is nothing to pack yet.
        shutil.copyfile(ob.mnt("discover", "found.json"), os.path.join(ob.fresh(ob.out("out")), "found.json"))
        return
    sources = read_sources()
    problems = check_collisions(sources)
    if problems:
        raise ob.Failure(problems)
    whole, shipped = finished_manifests(sources.project, request.get("includeEnv", False))
    sources.generated["flash_manifest.json"] = ob.ordered_json(shipped).encode("utf-8")
    ob.fresh(ob.out("out"))
    archive = ob.out("out", "artifact.tar.gz")
    joiner = Joiner(archive, request.get("sourceDateEpoch") or ob.EPOCH)
    joiner.write(sources)
    verified = request.get("verify", True)
    if verified:
        verify(archive, joiner, sources, shipped, request)
    ob.write_text(ob.out("out", "flash_manifest.json"), ob.ordered_json(whole))
    for source, name in ((ob.mnt("lock"), "ovenbird.lock"), (ob.mnt("discover"), "found.json")):
        target = ob.out("out", name)
        shutil.copyfile(os.path.join(source, name), target)
        os.chmod(target, 0o644)
    os.chmod(archive, 0o644)
    report = build_report(request, sources, joiner, os.path.getsize(archive), verified)
    ob.write_json(ob.out("out", "report.json"), report)


if __name__ == "__main__":
    ob.main(step)
