#!/usr/bin/env bash
# deps.sh: `npm ci` where the lock file is not the one that node_modules was made from. It goes
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
say "npm ci"
npm ci --no-audit --no-fund </dev/null >"$BED/npm.log" 2>&1 9>&- || {
  tail -n 20 "$BED/npm.log" >&2
  die "npm ci failed, see $BED/npm.log" "npm ci"
}
echo "$want" >"$stamp"
