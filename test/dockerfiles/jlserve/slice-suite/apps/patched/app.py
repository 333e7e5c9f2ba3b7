"""A module that changes other modules and its own class."""
import json
import os

import fetchlib
import jlserve
import hashlib2
import tools
from pydantic import BaseModel

original = hashlib2.digest
hashlib2.digest = lambda text: original(text) + 1
tools.VALUE = "patched"
tools.TABLE["added"] = "row"
json.dumps.marker = "marked"


class Input(BaseModel):
    text: str = ""


def extra():
    return "extra"


extra.note = "noted"


@jlserve.app()
class Patched:
    revision = "r1"

    def download_weights(self):
        target = os.path.join(os.environ["JLSERVE_CACHE_DIR"], "patched")
        fetchlib.fetch("org/patched", self.revision, target, [
            tools.lines(), extra.note, extra(), json.dumps.marker, Patched.late])

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return data


Patched.late = "late"
