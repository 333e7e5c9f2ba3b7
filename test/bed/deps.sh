#!/usr/bin/env bash
# deps.sh: installs the npm packages where the lock file is not the one that node_modules was made from. It goes
# by content: a fresh clone's times mean nothing. Runs under with-node.sh.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stamp=node_modules/.ovenbird-lock
want=$(cksum <package-lock.json)
if [[ -e $stamp && $(<"$stamp") == "$want" ]]; then exit 0; fi
lock "npm-$(pwd | cksum | tr -cd '0-9')"
if [[ -e $stamp && $(<"$stamp") == "$want" ]]; then exit 0; fi
# `npm ci` refuses a lock without other platforms' optional packages, which is what npm writes
# where the registry has none of them. `npm install --no-save` takes the same versions from the
# same lock, and leaves that as it is.
options=(--no-audit --no-fund --loglevel=error)
say "npm ci"
npm ci "${options[@]}" </dev/null >"$BED/npm.log" 2>&1 9>&- ||
  npm install --no-save "${options[@]}" </dev/null >"$BED/npm.log" 2>&1 9>&- || {
  tail -n 20 "$BED/npm.log" >&2
  die "npm could not install the packages, see $BED/npm.log" "npm install"
}
echo "$want" >"$stamp"
