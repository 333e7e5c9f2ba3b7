#!/usr/bin/env bash
# debian-layer.sh: makes (once) the tar of a minimal Debian bookworm in the cache folder and
# prints its path. Packages come from the mirrors that this machine's own apt uses.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

layer=$cache/debian-bookworm-$(debian_key).tar
if [[ -s $layer ]]; then
  echo "$layer"
  exit 0
fi
rm -f "$cache"/debian-bookworm-*
need mmdebstrap mmdebstrap

# The libraries are those that the CPython builds link to; the excluded paths are what the
# official slim image leaves out as well.
say "making a Debian bookworm with mmdebstrap (about 20 s)"
SOURCE_DATE_EPOCH=315532800 mmdebstrap --quiet --variant=minbase \
  --include=ca-certificates,netbase,tzdata,libsqlite3-0,libreadline8,libncursesw6,libbz2-1.0,liblzma5,libuuid1,zlib1g \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  bookworm "$layer.part.tar" >"$cache/mmdebstrap.log" 2>&1 || {
  say "mmdebstrap failed, see $cache/mmdebstrap.log"
  exit 1
}
mv "$layer.part.tar" "$layer"
echo "$layer"
