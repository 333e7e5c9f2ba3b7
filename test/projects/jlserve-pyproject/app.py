"""Requirements in pyproject.toml, pinned by uv.lock where there is one."""

import os
from pathlib import Path

import jlserve
from pydantic import BaseModel
from slugify import slugify

STOPWORDS = "the\na\nof\n"


class Title(BaseModel):
    title: str


class Slug(BaseModel):
    slug: str


@jlserve.app()
class Slugs:
    def download_weights(self) -> None:
        (Path(os.environ["JLSERVE_CACHE_DIR"]) / "stopwords.txt").write_text(STOPWORDS)

    def setup(self) -> None:
        self.stopwords = (Path(os.environ["JLSERVE_CACHE_DIR"]) / "stopwords.txt").read_text().split()

    @jlserve.endpoint()
    def slug(self, title: Title) -> Slug:
        return Slug(slug=slugify(title.title, stopwords=self.stopwords))
