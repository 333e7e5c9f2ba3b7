#!/usr/bin/env bash
# archive.sh VERSION: writes the docker-archive of ovenbird/python:VERSION to stdout. Everything
# in it is fixed (order, owner, times), so the same layers give the same image id on every engine.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=${1:?usage: archive.sh VERSION}
key=$(python_key "$version")
debian=$("$base/debian-layer.sh")
python=$("$base/python-layer.sh" "$version")
full=$(<"$python.version")

work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
id_debian=$(sha256sum "$debian" | cut -c1-64)
id_python=$(sha256sum "$python" | cut -c1-64)
mkdir "$work/$id_debian" "$work/$id_python"
ln "$debian" "$work/$id_debian/layer.tar"
ln "$python" "$work/$id_python/layer.tar"

# The same variables and command as the official image.
created=1980-01-01T00:00:00Z
cat >"$work/config.json" <<JSON
{"architecture":"amd64","os":"linux","created":"$created","config":{"Env":["PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin","LANG=C.UTF-8","PYTHON_VERSION=$full"],"Cmd":["python3"]},"history":[{"created":"$created","created_by":"ovenbird: Debian bookworm"},{"created":"$created","created_by":"ovenbird: CPython $full"}],"rootfs":{"type":"layers","diff_ids":["sha256:$id_debian","sha256:$id_python"]}}
JSON
config=$(sha256sum "$work/config.json" | cut -c1-64)
mv "$work/config.json" "$work/$config.json"
cat >"$work/manifest.json" <<JSON
[{"Config":"$config.json","RepoTags":["ovenbird/python:$version","ovenbird/python:$version-$key"],"Layers":["$id_debian/layer.tar","$id_python/layer.tar"]}]
JSON
tar -C "$work" -cf - manifest.json "$config.json" "$id_debian" "$id_python"
