"""The figures of a row of numbers."""

import numpy as np
from pydantic import BaseModel, Field

from .settings import units


class Report(BaseModel):
    count: int = Field(ge=1)
    mean: float
    median: float
    deviation: float
    suffix: str


def describe(numbers: list[float], unit: str) -> Report:
    if not numbers:
        raise ValueError("no numbers")
    row = np.array(numbers)
    return Report(
        count=row.size,
        mean=round(row.mean().item(), 3),
        median=round(np.median(row).item(), 3),
        deviation=round(row.std().item(), 3),
        suffix=units()[unit],
    )
