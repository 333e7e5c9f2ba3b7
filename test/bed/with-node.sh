#!/usr/bin/env bash
# with-node.sh COMMAND…: runs a command with a Node that is new enough, and this project's
# tools, first on PATH.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$("$here/node.sh")
export PATH=$here/../../node_modules/.bin:$bin:$PATH
exec "$@"
