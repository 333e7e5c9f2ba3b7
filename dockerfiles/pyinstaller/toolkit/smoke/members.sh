# Which processes a program has started (the system's own file has find_members), and how they are
# ended. What can be known by nothing else is known by the output that it holds.
# shellcheck disable=SC2034 # `state` and `told` are for the system's own file
# shellcheck disable=SC2154 # `quiet` is opened by run_program

# session_of STAT: sets `state` and `session`. A line is "id (name) state parent group session …",
# and a name may hold anything, parentheses and line ends too.
session_of() {
  local text
  { IFS= read -r -d '' text <"$1"; } 2>/dev/null
  [[ ${text##*) } =~ ^([A-Za-z])\ [0-9]+\ [0-9]+\ ([0-9]+)\  ]] || return 1
  state=${BASH_REMATCH[1]} session=${BASH_REMATCH[2]}
}

# find_holders FIFO...: sets `members` to what can still write to one of these. Our own readers
# are of this script's session.
find_holders() {
  local descriptor id fifo state session own
  members=()
  session_of /proc/self/stat || return
  own=$session
  for descriptor in /proc/[0-9]*/fd/*; do
    for fifo in "$@"; do
      [[ $descriptor -ef $fifo ]] || continue
      id=${descriptor#/proc/}
      id=${id%%/*}
      if session_of "/proc/$id/stat" && [[ $session != "$own" ]]; then members+=("$id"); fi
    done
  done
}

# end_members LEADER WORK FIFO...: each is asked, and KILL for what is there two seconds later.
end_members() {
  local leader=$1 work=$2 members=()
  local -A told=()
  local patience=$((${EPOCHREALTIME/./} + 2000000))
  local limit=$((patience + 5000000))
  shift 2
  while ((${EPOCHREALTIME/./} < limit)); do
    find_members "$leader" "$work"
    if ((${#members[@]} == 0)); then find_holders "$@"; fi
    if ((${#members[@]} == 0)); then return; fi
    if ((${EPOCHREALTIME/./} >= patience)); then
      kill -KILL "${members[@]}" 2>/dev/null
    else
      tell_end "${members[@]}"
    fi
    pause 0.05
  done
}

# pause SECONDS: without a process of its own; nobody writes to `quiet`.
pause() {
  read -r -t "$1" -u "$quiet" _
}
