#!/usr/bin/env bash
# debian-layer.sh: makes (once) the tar of a minimal Debian bookworm in the cache folder and
# prints its path. Packages come from the mirrors that this machine's own apt uses.
set -euo pipefail

cache=${OVENBIRD_BED:-${XDG_CACHE_HOME:-$HOME/.cache}/ovenbird-bed}/base
layer=$cache/debian-bookworm.tar
if [[ -s $layer ]]; then
  echo "$layer"
  exit 0
fi

say() { printf 'bed: %s\n' "$*" >&2; }

if ! command -v mmdebstrap >/dev/null; then
  say "installing mmdebstrap"
  apt-get install -y --no-install-recommends mmdebstrap >"$cache/apt.log" 2>&1 || {
    say "cannot install mmdebstrap ($cache/apt.log); type: apt-get update && apt-get install -y mmdebstrap"
    exit 1
  }
fi

# The libraries are those that the CPython builds link to (sqlite3, readline, bz2, lzma, uuid);
# the excluded paths are what the official slim image leaves out as well.
say "making a Debian bookworm layer with mmdebstrap (about 20 s)"
SOURCE_DATE_EPOCH=315532800 mmdebstrap --quiet --variant=minbase \
  --include=ca-certificates,netbase,tzdata,libsqlite3-0,libreadline8,libbz2-1.0,liblzma5,libuuid1,zlib1g,libncursesw6,libpanelw6 \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --aptopt='Apt::Install-Recommends "false"' \
  bookworm "$layer.part.tar" >"$cache/mmdebstrap.log" 2>&1 || {
  say "mmdebstrap failed: $cache/mmdebstrap.log"
  exit 1
}
mv "$layer.part.tar" "$layer"
echo "$layer"
