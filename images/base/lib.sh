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

# An image's NAME is its stand-in's without "ovenbird/": `debian:bullseye`, `python:3.12` (on
# bookworm), `python:3.12-bullseye`.
python_of() {
  local tag=${1#python:}
  if [[ $tag != "$1" ]]; then echo "${tag%%-*}"; fi
}
suite_of() {
  case $1 in
    *-*) echo "${1##*-}" ;;
    python:*) echo bookworm ;;
    *) echo "${1#*:}" ;;
  esac
}

# official NAME: the image that it stands in for.
official() {
  node -p "Object.values(require('$base/../versions.json')).flatMap(Object.values)
    .flatMap((entry) => [entry, entry.bullseye ?? entry])
    .find((entry) => entry.standIn === 'ovenbird/$1').image"
}

# source_of VERSION SUITE: where a Python comes from, as JSON. A suite may have parts of its own.
source_of() {
  node -p "const entry = require('$base/../versions.json').python['$1'];
    JSON.stringify({ ...entry.source, ...entry['$2']?.source })"
}

# pin VERSION SUITE FIELD: a field of it, or nothing.
pin() { node -p "($(source_of "$1" "$2")).$3 ?? ''"; }

# Keys: an image or a layer whose recipe or pins have changed since is made anew.
key() { sha256sum | cut -c1-8; }
debian_key() { key <"$base/debian-layer.sh"; }
# python_key VERSION SUITE
python_key() { { cat "$base"/{debian,python}-layer.sh && source_of "$1" "$2"; } | key; }
# image_key NAME
image_key() {
  local version
  version=$(python_of "$1")
  {
    cat "$base/archive.sh"
    debian_key
    if [[ -n $version ]]; then python_key "$version" "$(suite_of "$1")"; fi
  } | key
}
