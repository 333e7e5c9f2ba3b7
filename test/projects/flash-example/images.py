"""A queue endpoint on a class: it is made once, when the worker starts."""

import base64
import io

import numpy as np
from PIL import Image
from runpod_flash import Endpoint, GpuGroup

from palettes import PALETTES


@Endpoint(name="images", gpu=GpuGroup.ADA_24, workers=(0, 2), dependencies=["numpy>=2.0", "pillow"])
class Painter:
    def __init__(self):
        self.palettes = {name: np.array(colors, dtype=np.uint8) for name, colors in PALETTES.items()}

    def gradient(self, width: int = 64, height: int = 16, palette: str = "dusk") -> dict:
        """A horizontal gradient as a PNG in base64."""
        first, last = self.palettes[palette]
        steps = np.linspace(0, 1, width)[None, :, None]
        row = first * (1 - steps) + last * steps
        picture = Image.fromarray(np.repeat(row, height, axis=0).astype(np.uint8), "RGB")
        file = io.BytesIO()
        picture.save(file, "PNG")
        return {"width": width, "height": height, "png": base64.b64encode(file.getvalue()).decode()}

    async def names(self) -> list[str]:
        return sorted(self.palettes)
