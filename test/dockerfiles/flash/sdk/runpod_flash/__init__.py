"""As much of the SDK's surface as the discovery looks at, for tests without downloads."""

from .core.resources.live import LiveServerless
from .endpoint import Endpoint, remote

__all__ = ["Endpoint", "LiveServerless", "remote"]
