"""A queue endpoint on a function: statistics of a list of numbers."""

import numpy as np
from runpod_flash import CpuInstanceType, Endpoint


@Endpoint(name="stats", cpu=CpuInstanceType.CPU3C_1_2, dependencies=["numpy>=2.0"])
def describe(numbers: list[float]) -> dict:
    values = np.asarray(numbers, dtype=float)
    return {"count": int(values.size), "mean": float(values.mean()), "std": float(values.std())}
