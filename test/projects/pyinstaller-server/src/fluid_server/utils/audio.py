"""WAV files in memory."""

import io

import numpy as np
import soundfile

RATE = 8000


def noisy_tone(seconds: float) -> bytes:
    time = np.arange(int(RATE * seconds)) / RATE
    noise = np.random.default_rng(1).normal(scale=0.1, size=time.size)
    file = io.BytesIO()
    soundfile.write(file, 0.5 * np.sin(2 * np.pi * 100 * time) + noise, RATE, format="WAV")
    return file.getvalue()


def samples(wav: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(wav))[0]
