#!/usr/bin/env bash
# buildx.sh: prints the path of a docker-buildx, the yardstick of the benchmark.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if is_root_debian; then
  root=$("$here/sid.sh" docker-buildx)
  echo "$root/usr/libexec/docker/cli-plugins/docker-buildx"
  exit 0
fi
for folder in "$HOME/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins /usr/libexec/docker/cli-plugins \
  /usr/lib/docker/cli-plugins /Applications/Docker.app/Contents/Resources/cli-plugins; do
  if [[ -x $folder/docker-buildx ]]; then
    echo "$folder/docker-buildx"
    exit 0
  fi
done
die "no docker-buildx found" "brew install docker-buildx   # or: sudo apt-get install -y docker-buildx"
