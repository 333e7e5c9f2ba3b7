"""The server's routes."""

import numpy as np
from fastapi import FastAPI, HTTPException

from .config import ServerConfig
from .managers.runtime_manager import RuntimeManager
from .utils.audio import noisy_tone, samples


def create_app(config: ServerConfig, models: dict[str, dict]) -> FastAPI:
    app = FastAPI(title="fluid-server")
    manager = RuntimeManager(models)
    if config.warm_up:
        manager.warm_up()

    @app.get("/health")
    def health() -> dict:
        return {"status": "healthy", "models": sorted(models)}

    @app.get("/smooth/{model}")
    def smooth(model: str) -> dict:
        if model not in models:
            raise HTTPException(404, f"no model named {model}")
        before = samples(noisy_tone(seconds=0.5))
        after = manager.runtime(model).run(before)
        return {"samples": after.size, "roughness": [roughness(before), roughness(after)]}

    return app


def roughness(row: np.ndarray) -> float:
    return round(np.abs(np.diff(row)).mean().item(), 3)
