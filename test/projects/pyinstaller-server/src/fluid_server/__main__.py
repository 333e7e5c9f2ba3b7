"""fluid-server: smooths sound over HTTP."""

import argparse
import sys

import uvicorn

from .app import create_app
from .config import ServerConfig
from .utils.model_discovery import ModelDiscovery


def main() -> int:
    parser = argparse.ArgumentParser(prog="fluid-server", description="Smooths sound over HTTP.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3847)
    parser.add_argument("--no-warm-up", dest="warm_up", action="store_false", help="load runtimes at their first use")
    arguments = parser.parse_args()
    config = ServerConfig(arguments.host, arguments.port, arguments.warm_up)
    uvicorn.run(create_app(config, ModelDiscovery().models()), host=config.host, port=config.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
