from .names import make_name
from .inner.weights import REVISION

__all__ = ["make_name", "REVISION"]
