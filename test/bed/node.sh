#!/usr/bin/env bash
# node.sh: prints the bin folder of a Node that runs this project (>= 22.18, whose type stripping
# runs .ts files as they are): the one on PATH, else one installed from npm into the cache folder.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pin=24.21.0

new_enough() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  ((major > 22 || (major == 22 && minor >= 18)))
}

if has node && new_enough node; then
  dirname "$(command -v node)"
  exit 0
fi

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  *) die "Node >= 22.18 is needed, and $(uname -s) has no package of it" "npm --version   # after installing Node 24" ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=x64 ;;
  arm64 | aarch64) arch=arm64 ;;
  *) die "Node >= 22.18 is needed, and $(uname -m) has no package of it" "npm --version   # after installing Node 24" ;;
esac
package=node-$os-$arch
bin=$BED/node-$pin/node_modules/$package/bin
if [[ ! -x $bin/node ]]; then
  if ! has npm; then
    if is_root_debian; then apt_install npm; else die "neither Node >= 22.18 nor npm is here" "brew install node@24   # or: sudo apt-get install -y npm"; fi
  fi
  lock node
  if [[ ! -x $bin/node ]]; then
    say "installing Node $pin (npm package $package)"
    # A folder without a package.json would make npm look for one further up.
    mkdir -p "$BED/node-$pin"
    echo '{"private":true}' >"$BED/node-$pin/package.json"
    npm install --prefix "$BED/node-$pin" --no-audit --no-fund --no-package-lock "$package@$pin" </dev/null >"$BED/npm.log" 2>&1 9>&- ||
      die "npm could not install it, see $BED/npm.log" "npm install -g node@24"
  fi
fi
echo "$bin"
