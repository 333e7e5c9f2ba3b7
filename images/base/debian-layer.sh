#!/usr/bin/env bash
# debian-layer.sh SUITE: makes (once) the tar of a minimal Debian (`bookworm`, `bullseye`) in the
# cache folder and prints its path.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

suite=${1:?usage: debian-layer.sh SUITE}
layer=$cache/debian-$suite-$(debian_key).tar
if [[ -s $layer ]]; then
  echo "$layer"
  exit 0
fi
rm -f "$cache/debian-$suite"-*
need mmdebstrap mmdebstrap

# The libraries are those that the CPython builds link to (both suites have them under these
# names); the excluded paths are what the official slim image leaves out as well.
say "making a Debian $suite with mmdebstrap (about 30 s)"
SOURCE_DATE_EPOCH=315532800 mmdebstrap --quiet --variant=minbase \
  --include=ca-certificates,netbase,tzdata,libsqlite3-0,libreadline8,libncursesw6,libbz2-1.0,liblzma5,libuuid1,zlib1g \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  "$suite" "$layer.part.tar" >"$cache/mmdebstrap.log" 2>&1 || {
  say "mmdebstrap failed, see $cache/mmdebstrap.log"
  exit 1
}
mv "$layer.part.tar" "$layer"
echo "$layer"
