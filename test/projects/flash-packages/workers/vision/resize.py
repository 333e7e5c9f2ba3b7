"""A GPU endpoint in a folder without __init__.py, with all kinds of settings."""

import base64
import io

from PIL import Image
from runpod_flash import CudaVersion, Endpoint, GpuGroup, PodTemplate, ServerlessScalerType

from shared.config import LIMITS, MODELS
from shared.timing import timed


@Endpoint(
    name="vision-resize",
    gpu=[GpuGroup.ADA_24, GpuGroup.AMPERE_80],
    gpu_count=2,
    workers=(1, 4),
    idle_timeout=30,
    execution_timeout_ms=120_000,
    volume=MODELS,
    datacenter=MODELS.dataCenterId,
    env={"LOG_LEVEL": "info", "MAX_PIXELS": "4000000"},
    scaler_type=ServerlessScalerType.REQUEST_COUNT,
    scaler_value=2,
    min_cuda_version=CudaVersion.V12_8,
    template=PodTemplate(containerDiskInGb=40),
    dependencies=["pillow>=10"],
    system_dependencies=["libjpeg62-turbo"],
)
@timed
async def resize(image: str, width: int, height: int) -> dict:
    if width * height > LIMITS["max_pixels"]:
        raise ValueError(f"more than {LIMITS['max_pixels']} pixels")
    picture = Image.open(io.BytesIO(base64.b64decode(image))).resize((width, height))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return {"image": base64.b64encode(file.getvalue()).decode(), "size": list(picture.size)}
