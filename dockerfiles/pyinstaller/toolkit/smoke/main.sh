#!/usr/bin/env bash
# Runs what was built, where no Python is: does it start, and does it answer? Needs what every
# Debian has: bash >= 5.1, coreutils, grep, sed, setsid; and wine for Windows programs. What it finds
# are files below /ob/smoke; the step itself succeeds, so that there is always a report.
# OVENBIRD_ROOT is for tests on a host.

# Times with a point and bytes as they are, whatever the image's language.
export LC_ALL=C

mnt=${OVENBIRD_ROOT-}/mnt
out=${OVENBIRD_ROOT-}/ob/smoke

# setting NAME: its value in plan/settings, which has lines NAME=VALUE.
setting() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == "$1="* ]]; then
      printf %s "${line#*=}"
      return
    fi
  done <"$mnt/plan/settings"
}

# The settings name the system; without a name it is Linux.
system=$(setting system)
toolkit=$(dirname "${BASH_SOURCE[0]}")
for part in members http program "${system:-linux}"; do
  # shellcheck source=/dev/null
  source "$toolkit/$part.sh" || exit 70
done

# microseconds SECONDS: a number with or without a fraction; 30 s when it is none.
microseconds() {
  [[ $1 =~ ^([0-9]{1,9})(\.([0-9]{1,6})[0-9]*)?$ ]] || set -- 30
  [[ $1 =~ ^([0-9]+)(\.([0-9]{1,6}))? ]]
  local fraction=${BASH_REMATCH[3]-}000000
  printf %s $((10#${BASH_REMATCH[1]} * 1000000 + 10#${fraction:0:6}))
}

main() {
  local -a arguments programs
  mapfile -d '' -t arguments <"$mnt/plan/arguments" || exit 70
  mapfile -t programs <"$mnt/tree-report/program" || exit 70
  local path limit
  path=$(setting http)
  limit=$(microseconds "$(setting timeout)")
  mkdir -p "$mnt/tmp" || exit 70
  # A server that hangs up on us must not end us.
  trap '' PIPE
  # A crash is told by its status; its core would only fill the disk.
  ulimit -c 0
  local number=0 program results
  for program in "${programs[@]}"; do
    [[ -n $program ]] || continue
    number=$((number + 1))
    results=$out
    if ((number > 1)); then results=$out/$number; fi
    mkdir -p "$results" || exit 70
    run_program "$program" "$results" "$limit" "$path" "${arguments[@]}"
  done
}

main
exit 0
