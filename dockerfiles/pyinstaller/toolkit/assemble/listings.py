"""What PyInstaller lists of its analyses, of which none, some or all were made by an earlier step."""

import os
import shutil

import ob
import ob_freeze


def listings(kept, child, log, trace, system):
    """The folder of the listings. kept: the earlier step's; log: this step's."""
    reused = child["reused"]
    if reused and all(reused):
        return kept
    folder = ob.fresh(ob.mnt("tmp", "listings"))
    if any(reused):
        with open(os.path.join(kept, "log.txt"), encoding="utf-8") as file:
            log = file.read() + log
        earlier = ob.read_json(os.path.join(kept, "found.json"))["lacking"]
        child = dict(child, lacking=earlier + [each for each in child["lacking"] if each not in earlier])
    ob_freeze.keep_listings(folder, log, child, trace, system)
    if reused and reused[-1]:
        # Each analysis writes over what the one before it has written.
        for name in os.listdir(kept):
            if name.startswith(("warn-", "xref-")):
                shutil.copyfile(os.path.join(kept, name), os.path.join(folder, name))
    return folder
