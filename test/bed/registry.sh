#!/usr/bin/env bash
# registry.sh: prints the path of an image registry's binary (Debian's docker-registry). Tests
# start and end it themselves on a loopback port; no service stays behind.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! has docker-registry; then
  lock apt
  has docker-registry || apt_install docker-registry
fi
command -v docker-registry
