"""A load-balanced front of the pipeline, and an endpoint that runs somebody else's image."""

from runpod_flash import Endpoint, GpuType, NetworkVolume

gateway = Endpoint(
    name="gateway",
    cpu="cpu3g-2-8",
    workers=(1, 2),
    env={"REGION": "eu"},
    volume=NetworkVolume(name="uploads", size=20),
)
llm = Endpoint(
    name="llm",
    image="example/llm-server:1.4",
    gpu=GpuType.NVIDIA_GEFORCE_RTX_4090,
    workers=(0, 1),
    env={"MODEL": "tiny"},
)


@gateway.get("/health")
def health() -> dict:
    return {"ok": True}


@gateway.post("/summaries")
async def create_summary(text: str) -> dict:
    from steps import summarise

    return await summarise(text)


@gateway.get("/summaries/{number}")
async def read_summary(number: int) -> dict:
    return {"number": number}


@gateway.delete("/summaries/{number}")
async def delete_summary(number: int) -> dict:
    return {"deleted": number}
