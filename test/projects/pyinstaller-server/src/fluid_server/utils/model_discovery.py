"""The models that the server offers, from the file beside the package's modules."""

from pathlib import Path

import yaml

MODELS = Path(__file__).parent.parent / "models.yaml"


class ModelDiscovery:
    def models(self) -> dict[str, dict]:
        return yaml.safe_load(MODELS.read_text(encoding="utf-8"))
