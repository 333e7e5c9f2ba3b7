"""A runtime hook: runs in the executables before their scripts."""

import os

os.environ["TOOLS_EDITION"] = "bundle"
