#!/usr/bin/env bash
# check.sh: types, lint, format and the direction of imports. All run, also after one has
# failed, so that one look shows everything. Runs under with-node.sh.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

status=0
step() {
  "$@" </dev/null && return
  printf 'check failed: %s\n' "$*" >&2
  status=1
}

lint=(oxlint)
# Rules that need types, where their engine is installed.
if [[ -d node_modules/oxlint-tsgolint ]]; then lint+=(--type-aware); fi

step tsc -p test/tsconfig.json
step "${lint[@]}"
step oxfmt --check
step vitest run --config test/vitest.config.ts test/imports.test.ts
exit "$status"
