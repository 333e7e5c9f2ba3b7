"""The environment, set and read while the module is imported."""
import os

os.environ["FETCH_MODE"] = "fast"
os.environ.setdefault("FETCH_LEVEL", "2")
os.environ.update(FETCH_EXTRA="yes")
if os.environ.get("FETCH_MODE") == "fast":
    WORKERS = 8
else:
    WORKERS = 1

import jlserve
from pydantic import BaseModel

DEVICE = os.environ.get("DEVICE", "cpu")
MODE = os.getenv("FETCH_MODE", "slow")
LOG_LEVEL = os.environ.get("LOG_LEVEL", "info")
for index in range(2):
    os.environ[f"FETCH_{index}"] = str(index * 3)
with open(os.devnull) as nothing:
    EMPTY = nothing.read()
(LENGTH := len(MODE))
del index


class Input(BaseModel):
    text: str = LOG_LEVEL


class Recorder:
    def __enter__(self):
        os.environ["FETCH_INSIDE"] = "inside"
        return self

    def __exit__(self, *error):
        os.environ.pop("FETCH_INSIDE")


@jlserve.app()
class Environment:
    def download_weights(self):
        with Recorder():
            found = {key: value for key, value in os.environ.items() if key.startswith("FETCH")}
        with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "environment"), "w") as file:
            file.write(repr((sorted(found.items()), DEVICE, WORKERS, EMPTY, LENGTH)))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return data
