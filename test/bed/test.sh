#!/usr/bin/env bash
# test.sh [VITEST ARGUMENT…]: runs vitest on the test bed; the last line on stdout is
# "N passed, N failed[, N skipped]", and the status is vitest's. Runs under with-node.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

bed=$("$here/up.sh")
eval "$bed"
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
vitest run --config test/vitest.config.ts --reporter=default --reporter=json --outputFile.json="$results" "$@" </dev/null || status=$?
node "$here/summary.mjs" "$results" || status=$((status ? status : $?))
exit "$status"
