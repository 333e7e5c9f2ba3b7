"""A load-balanced endpoint: two routes share its workers."""

import numpy as np
from runpod_flash import Endpoint
from slugify import slugify

api = Endpoint(name="api", cpu="cpu3c-1-2", workers=(1, 3))


@api.get("/dice")
async def dice(sides: int = 6, seed: int = 0) -> dict:
    return {"rolled": int(np.random.default_rng(seed).integers(1, sides + 1))}


@api.post("/slug")
async def slug(text: str) -> dict:
    return {"slug": slugify(text)}
