"""What the command line decides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerConfig:
    host: str
    port: int
    warm_up: bool
