# shellcheck shell=bash
# Sourced by the scripts of this folder.

base=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Layers and archives are kept here, so that a second engine only loads them.
cache=${OVENBIRD_BED:-${XDG_CACHE_HOME:-$HOME/.cache}/ovenbird-bed}/base
mkdir -p "$cache"

say() { printf 'bed: %s\n' "$*" >&2; }

# need COMMAND PACKAGE
need() {
  command -v "$1" >/dev/null && return
  say "installing $2 from Debian"
  local install=(apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$2")
  { "${install[@]}" || { apt-get update && "${install[@]}"; }; } </dev/null >"$cache/apt.log" 2>&1 9>&- && return
  say "cannot install $2, see $cache/apt.log; type: apt-get update && apt-get install -y $2"
  exit 1
}

# pin VERSION FIELD: a field of versions.json's source of a Python, or nothing.
pin() { node -p "require('$base/../versions.json').python['$1'].source.$2 ?? ''"; }

# Keys: an image or a layer whose recipe or pins have changed since is made anew.
debian_key() { sha256sum <"$base/debian-layer.sh" | cut -c1-8; }
python_key() {
  { cat "$base"/{debian-layer,python-layer,archive}.sh &&
    node -p "JSON.stringify(require('$base/../versions.json').python['$1'].source)"; } | sha256sum | cut -c1-8
}
