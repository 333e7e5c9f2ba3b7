#!/usr/bin/env bash
# archive.sh NAME: writes the docker-archive of ovenbird/NAME to stdout. Everything in it is
# fixed (order, owner, times), so the same layers give the same image id on every engine.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

name=${1:?usage: archive.sh NAME}
version=$(python_of "$name")
suite=$(suite_of "$name")
tag=ovenbird/$name
created=1980-01-01T00:00:00Z

# The same variables and command as the official images.
env='"PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"'
command=bash
layers=("$("$base/debian-layer.sh" "$suite")")
history="{\"created\":\"$created\",\"created_by\":\"ovenbird: Debian $suite\"}"
if [[ -n $version ]]; then
  python=$("$base/python-layer.sh" "$version" "$suite")
  full=$(<"$python.version")
  env+=",\"LANG=C.UTF-8\",\"PYTHON_VERSION=$full\""
  command=python3
  layers+=("$python")
  history+=",{\"created\":\"$created\",\"created_by\":\"ovenbird: CPython $full\"}"
fi

work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
ids=()
for layer in "${layers[@]}"; do
  id=$(sha256sum "$layer" | cut -c1-64)
  mkdir "$work/$id"
  ln "$layer" "$work/$id/layer.tar"
  ids+=("$id")
done
# listed PREFIX SUFFIX: the layers' ids as the items of a JSON array.
listed() { printf "\"$1%s$2\"\n" "${ids[@]}" | paste -sd, -; }

cat >"$work/config.json" <<JSON
{"architecture":"amd64","os":"linux","created":"$created","config":{"Env":[$env],"Cmd":["$command"]},"history":[$history],"rootfs":{"type":"layers","diff_ids":[$(listed sha256: '')]}}
JSON
config=$(sha256sum "$work/config.json" | cut -c1-64)
mv "$work/config.json" "$work/$config.json"
cat >"$work/manifest.json" <<JSON
[{"Config":"$config.json","RepoTags":["$tag","$tag-$(image_key "$name")"],"Layers":[$(listed '' /layer.tar)]}]
JSON
tar -C "$work" -cf - manifest.json "$config.json" "${ids[@]}"
