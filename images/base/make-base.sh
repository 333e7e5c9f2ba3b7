#!/usr/bin/env bash
# make-base.sh VERSION ENGINE_ADDRESS
#
# Gives one engine the image ovenbird/python:VERSION, the stand-in for python:VERSION-slim-bookworm
# on machines that reach package registries but no registry of images. It has two layers: a
# minimal Debian bookworm (shared by all versions) and a CPython under /usr/local. It is
# a docker-archive written here and loaded, never `docker import`: import puts the present
# time into the image's configuration, so each engine would get an id of its own.
# Where no stand-in can be made (not root on Debian, not amd64) it is the official image.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=${1:?usage: make-base.sh VERSION ENGINE_ADDRESS}
engine=${2:?usage: make-base.sh VERSION ENGINE_ADDRESS}
repository=ovenbird/python
on_engine() { docker -H "$engine" "$@"; }

if [[ $(uname -sm) != "Linux x86_64" || $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  if ! on_engine image inspect "$repository:$version" >/dev/null 2>&1; then
    official=$(node -p "require('$base/../versions.json').python['$version'].image")
    say "pulling $official as $repository:$version"
    on_engine pull --quiet "$official" >/dev/null
    on_engine tag "$official" "$repository:$version"
  fi
  exit 0
fi

# A second tag holds the key of the recipe that made the image.
keyed=$repository:$version-$(python_key "$version")
if on_engine image inspect "$keyed" >/dev/null 2>&1; then
  exit 0
fi
# Two makes at once would write the same files: one waits for the other.
if command -v flock >/dev/null; then
  exec 9>"$cache/lock"
  flock 9
fi
"$base/debian-layer.sh" >/dev/null
"$base/python-layer.sh" "$version" >/dev/null
say "loading $repository:$version into $engine"
on_engine image ls --format '{{.Repository}}:{{.Tag}}' "$repository:$version-*" | while read -r old; do
  on_engine rmi "$old" >/dev/null
done
"$base/archive.sh" "$version" | on_engine load --quiet >/dev/null
