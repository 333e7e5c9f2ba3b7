#!/usr/bin/env bash
# up.sh [--demo]: brings the whole test bed up and prints it as shell assignments:
#   eval "$(test/bed/up.sh)"
# --demo: one engine and one base image, which is all that `make demo` needs.
#   DOCKER_HOST              (--demo only)
#   OVENBIRD_TEST_ENGINES    "20.10=unix:///… 28.5=unix:///…": what each engine says it is
#   OVENBIRD_TEST_BUILDX     a docker-buildx
#   OVENBIRD_TEST_REGISTRY   the binary of an image registry
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$("$here/node.sh")
PATH=$bin:$PATH

first=$("$here/engine.sh")
if [[ ${1:-} == --demo ]]; then
  "$here/bases.sh" --only 3.12 "$first"
  printf 'export DOCKER_HOST=%q\n' "$first"
  exit 0
fi

engines=("$first")
buildx='' registry=''
if is_root_debian; then
  second=$("$here/engine.sh" 28.5)
  engines+=("$second")
  registry=$("$here/registry.sh")
else
  say "one engine only: the second one and the image registry need root on Debian; their tests are skipped"
fi
buildx=$("$here/buildx.sh") || buildx=''
"$here/bases.sh" "${engines[@]}"

named=()
for engine in "${engines[@]}"; do
  version=$(server_version "$engine")
  named+=("$(cut -d. -f1,2 <<<"$version")=$engine")
done
printf 'export OVENBIRD_TEST_ENGINES=%q\n' "${named[*]}"
printf 'export OVENBIRD_TEST_BUILDX=%q\n' "$buildx"
printf 'export OVENBIRD_TEST_REGISTRY=%q\n' "$registry"
