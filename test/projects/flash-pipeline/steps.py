"""Two endpoints in one file, one of which calls the other."""

from runpod_flash import CpuInstanceType, Endpoint, GpuGroup

clean_text = Endpoint(name="clean", cpu=CpuInstanceType.CPU3C_2_4)


@clean_text
def clean(text: str) -> dict:
    return {"text": " ".join(text.split())}


@Endpoint(name="summary", gpu=GpuGroup.AMPERE_24, workers=(0, 2), dependencies=["python-dateutil"])
async def summarise(text: str, today: str = "2026-01-01") -> dict:
    from dateutil.parser import isoparse

    cleaned = await clean(text)
    return {"words": len(cleaned["text"].split()), "year": isoparse(today).year}
