#!/usr/bin/env bash
# fetch.sh VERSION: fetches (once a machine) the Windows Python that the test bed uses, a jar
# that images/versions.json pins, and prints its path. Users give their own: --windows-python.
set -euo pipefail
# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../base/lib.sh"

version=${1:?usage: fetch.sh VERSION}
# pinned FIELD
pinned() { node -p "require('$base/../versions.json').windowsPython['$version'].$1"; }

maven=$(pinned maven)
sha256=$(pinned sha256)
IFS=: read -r group name release packaging classifier <<<"$maven"
jar=$cache/$name-$release-$classifier.jar
if [[ ! -s $jar ]]; then
  # Two makes at once would write the same files: one waits for the other.
  if command -v flock >/dev/null; then
    exec 9>"$cache/lock"
    flock 9
  fi
  need mvn maven
  say "fetching CPython ${release%%-*} for Windows with mvn"
  work=$(mktemp -d "$cache/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mvn -q -B dependency:copy "-Dartifact=$group:$name:$release:$packaging:$classifier" \
    "-DoutputDirectory=$work" -Dmdep.useBaseVersion=true >"$cache/mvn.log" 2>&1 9>&- || {
    say "mvn could not fetch $name $release: $cache/mvn.log"
    exit 1
  }
  mv "$work"/*.jar "$jar"
fi
digest=$(openssl dgst -sha256 -r "$jar" | cut -c1-64)
if [[ $digest != "$sha256" ]]; then
  say "the jar is not the one pinned in images/versions.json; type: rm $jar"
  exit 1
fi
echo "$jar"
