import fastapi
import numpy as np
import numpy.nowhere
import uvicorn
import yaml
from numpy import VisibleDeprecationWarning

from . import lost_too
from .broken import x
from .parts import stock

app = fastapi.FastAPI()


def serve():
    uvicorn.run("shop.server:app", port=8000)
