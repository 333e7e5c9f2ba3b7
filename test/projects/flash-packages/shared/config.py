"""Settings that several endpoints share."""

from runpod_flash import DataCenter, NetworkVolume

MODELS = NetworkVolume(name="models", size=50, datacenter=DataCenter.EU_RO_1)
LIMITS = {"max_pixels": 4_000_000}
