#!/usr/bin/env bash
# make-base.sh VERSION ENGINE_ADDRESS
#
# Gives one engine a local stand-in for python:VERSION-slim-bookworm, for machines
# that reach package registries but no registry of images. The image has two layers:
# a minimal Debian bookworm (shared by all versions) and a CPython under /usr/local.
# It is a docker-archive written here and loaded, never `docker import`: import puts
# the present time into the image's configuration, so each engine would get an id of its own.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${OVENBIRD_BED:-${XDG_CACHE_HOME:-$HOME/.cache}/ovenbird-bed}
version=${1:?usage: make-base.sh VERSION ENGINE_ADDRESS}
engine=${2:?usage: make-base.sh VERSION ENGINE_ADDRESS}

say() { printf 'bed: %s\n' "$*" >&2; }

tag=ovenbird/python:$version
if docker -H "$engine" image inspect "$tag" >/dev/null 2>&1; then
  exit 0
fi

mkdir -p "$cache/base"
# Two makes at once would write the same tars: one waits for the other.
if command -v flock >/dev/null; then
  exec 9>"$cache/base/lock"
  flock 9
fi

archive=$("$here/archive.sh" "$version")
say "loading $tag into $engine"
docker -H "$engine" load --quiet --input "$archive" >/dev/null
