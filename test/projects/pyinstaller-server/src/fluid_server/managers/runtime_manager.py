"""Loads runtimes by the names that the models' file gives them."""

import importlib


class RuntimeManager:
    def __init__(self, models: dict[str, dict]) -> None:
        self.models = models

    def warm_up(self) -> None:
        for name in self.models:
            self.runtime(name)

    def runtime(self, model: str):
        settings = self.models[model]
        module = importlib.import_module(f"fluid_server.runtimes.{settings['runtime']}")
        return module.Runtime(settings["cutoff"])
