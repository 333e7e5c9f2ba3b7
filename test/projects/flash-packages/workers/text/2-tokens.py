"""A file whose name is no identifier; its function is asynchronous and runs one job at a time."""

import regex
from runpod_flash import CpuInstanceType, Endpoint

WORD = regex.compile(r"\p{L}+")


@Endpoint(
    name="tokens",
    cpu=[CpuInstanceType.CPU5C_2_4, CpuInstanceType.CPU3G_2_8],
    workers=(0, 5),
    idle_timeout=5,
    flashboot=False,
    env={"HF_TOKEN": "not-a-real-token"},
)
async def tokens(text: str) -> list[str]:
    return WORD.findall(text)
