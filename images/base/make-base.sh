#!/usr/bin/env bash
# make-base.sh NAME ENGINE_ADDRESS
#
# Gives one engine the image ovenbird/NAME, the stand-in for an official one (python:3.12 for
# python:3.12-slim-bookworm) on machines that reach package registries but no registry of
# images. It has a minimal Debian (a layer that all images of a suite share) and, for a Python,
# a CPython under /usr/local as its second layer. It is a docker-archive written here and
# loaded, never `docker import`: import puts the present time into the image's configuration,
# so each engine would get an id of its own.
# Where no stand-in can be made (not root on Debian, not amd64) it is the official image.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

name=${1:?usage: make-base.sh NAME ENGINE_ADDRESS}
engine=${2:?usage: make-base.sh NAME ENGINE_ADDRESS}
image=ovenbird/$name
on_engine() { docker -H "$engine" "$@"; }

if [[ $(uname -sm) != "Linux x86_64" || $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  if ! on_engine image inspect "$image" >/dev/null 2>&1; then
    official=$(official "$name")
    say "pulling $official as $image"
    on_engine pull --quiet "$official" >/dev/null
    on_engine tag "$official" "$image"
  fi
  exit 0
fi

# A second tag holds the key of the recipe that made the image.
if on_engine image inspect "$image-$(image_key "$name")" >/dev/null 2>&1; then
  exit 0
fi
# Two makes at once would write the same files: one waits for the other.
if command -v flock >/dev/null; then
  exec 9>"$cache/lock"
  flock 9
fi
suite=$(suite_of "$name")
version=$(python_of "$name")
"$base/debian-layer.sh" "$suite" >/dev/null
if [[ -n $version ]]; then "$base/python-layer.sh" "$version" "$suite" >/dev/null; fi
say "loading $image into $engine"
on_engine image ls --format '{{.Repository}}:{{.Tag}}' "$image-*" | { grep -E -- '-[0-9a-f]{8}$' || true; } |
  while read -r old; do
    # Of 3.12's keyed tags, not of 3.12-bullseye's.
    if [[ ${old%-*} == "$image" ]]; then on_engine rmi "$old" >/dev/null; fi
  done
"$base/archive.sh" "$name" | on_engine load --quiet >/dev/null
