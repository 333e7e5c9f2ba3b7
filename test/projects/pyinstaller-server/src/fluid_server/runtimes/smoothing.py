"""A low-pass filter."""

import numpy as np
from scipy import signal


class Runtime:
    def __init__(self, cutoff: float) -> None:
        self.sections = signal.butter(4, cutoff, output="sos")

    def run(self, samples: np.ndarray) -> np.ndarray:
        return signal.sosfiltfilt(self.sections, samples)
