#!/usr/bin/env bash
# bases.sh [--only VERSION] ENGINE_ADDRESS…: makes the base images (images/versions.json,
# "debian" and "python") that an engine lacks. With --only, which the demo uses, it is that
# Python alone, and the official image serves as well: it is looked for, then pulled, and only
# where no registry answers is one made.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
images=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../images" && pwd)

only=
if [[ ${1:-} == --only ]]; then
  only=$2
  shift 2
fi

# has_official VERSION ENGINE: whether the engine has the official image, or could pull it.
has_official() {
  local official
  official=$(node -p "require('$images/versions.json').python['$1'].image")
  docker -H "$2" image inspect "$official" >/dev/null 2>&1 && return
  say "looking for $official in its registry"
  docker -H "$2" pull --quiet "$official" >/dev/null 2>&1
}

names=python:$only
if [[ -z $only ]]; then
  names=$(node -p "const { debian, python } = require('$images/versions.json');
    [...Object.values(debian), ...Object.values(python).flatMap((entry) => [entry, entry.bullseye])]
      .map(({ standIn }) => standIn.replace('ovenbird/', '')).join(' ')")
fi

# Nothing to do is the usual case and must cost next to nothing: what an engine has is asked
# once, and "has all" means: made from these very files, or pulled from them.
stamp=$(cat "$images/versions.json" "$images"/base/*.sh | cksum | tr -cd '0-9')
for engine in "$@"; do
  have=$(docker -H "$engine" image ls --format '{{.Repository}}:{{.Tag}} {{.ID}}' \
    --filter reference=ovenbird/debian --filter reference=ovenbird/python)
  engine_key=$(printf '%s' "$engine" | cksum | tr -cd '0-9')
  for name in $names; do
    done_file=$BED/base/done-$engine_key-${name/:/-}
    id=$(sed -n "s|^ovenbird/$name ||p" <<<"$have")
    if [[ -n $id && -s $done_file && $(<"$done_file") == "$stamp $id" ]]; then continue; fi
    if [[ -n $only ]] && has_official "$only" "$engine"; then continue; fi
    "$images/base/make-base.sh" "$name" "$engine"
    id=$(docker -H "$engine" image ls --format '{{.ID}}' "ovenbird/$name")
    mkdir -p "$BED/base"
    echo "$stamp $id" >"$done_file"
  done
done
