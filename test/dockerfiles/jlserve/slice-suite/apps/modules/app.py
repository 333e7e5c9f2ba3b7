"""Local modules: whole, nested, re-exported, changed from outside, used by endpoints alone."""
import os

import jlserve
import config
import effects
import lib.inner.weights as weights
import serving
from lib import REVISION as PINNED, make_name
from lib.inner import weights as again, table
from pydantic import BaseModel

config.EXTRA = "set by the app"
again.HOOKS.append(make_name("hook"))


class Input(BaseModel):
    text: str = ""


@jlserve.app()
class Modules:
    name = config.NAME

    def download_weights(self):
        from lib.late import late_value

        lines = [self.name, PINNED, weights.lines(), late_value(), config.EXTRA]
        lines += [table.ROWS, config.describe(), config.TUNED]
        with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "modules"), "w") as file:
            file.write(repr(lines))

    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return Input(text=serving.answer(data.text))
