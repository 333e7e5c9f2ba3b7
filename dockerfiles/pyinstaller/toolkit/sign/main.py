"""Signs the programs of what was assembled. It leaves the tree with its programs signed, and the
report with what they became. The certificate is a secret: it is read from a mount, its key is
never written, and nothing that names its password stands in an argument."""

import hashlib
import os
import shutil

import authenticode
import certificate
import ob


def step():
    timestamp = ob.read_json(ob.mnt("plan", "request.json"))["timestamp"]
    signer = certificate.read(ob.mnt("secrets", "sign"), ob.mnt("secrets", "sign-password"))
    with open(ob.mnt("programs", "program"), encoding="utf-8") as file:
        programs = file.read().splitlines()
    tree = ob.mnt("tree")
    shutil.rmtree(ob.out("dist", "tree"), ignore_errors=True)
    # A signed program is a new file: the tool writes over none.
    named = {os.path.join(tree, program) for program in programs}
    shutil.copytree(tree, ob.out("dist", "tree"), symlinks=True, ignore=lambda folder, names: [
        name for name in names if os.path.join(folder, name) in named])
    warnings = []
    for program in programs:
        made, signed = os.path.join(tree, program), ob.out("dist", "tree", program)
        authenticode.sign(made, signed, signer, timestamp)
        doubt = authenticode.verify(signed, signer, timestamp)
        shutil.copystat(made, signed)
        if doubt and doubt not in warnings:
            warnings.append(doubt)
    _report(programs, dict(signer, timestamp=timestamp), warnings)


def _report(programs, signer, warnings):
    shutil.rmtree(ob.out("report"), ignore_errors=True)
    shutil.copytree(ob.mnt("report"), ob.out("report"))
    report = ob.read_json(ob.out("report", "report.json"))
    for item in report["files"]:
        if item["path"] in programs:
            path = ob.out("dist", "tree", item["path"])
            item.update(bytes=os.path.getsize(path), digest="sha256:" + _digest(path))
    report["signed"] = {name: signer[name] for name in ("subject", "issuer", "begins", "expires", "timestamp")}
    report["warnings"] += warnings
    ob.write_json(ob.out("report", "report.json"), report)


def _digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


ob.main(step)
