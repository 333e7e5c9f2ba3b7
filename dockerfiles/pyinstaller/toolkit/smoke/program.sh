# One program's run, from an empty environment to its results.
# shellcheck disable=SC2154 # `mnt` is main.sh's
# shellcheck disable=SC2034 # `members` and `endpoints` are set by who finds them

# The output that is kept of each stream.
KEPT=65536

# run_program PROGRAM RESULTS LIMIT PATH ARGUMENTS...
#   PROGRAM  relative to the tree    RESULTS  the folder to write to
#   LIMIT    in microseconds         PATH     to ask for by HTTP; empty: it is waited for its end
run_program() {
  local program=$1 results=$2 limit=$3 path=$4
  shift 4
  local file=$mnt/tree/$program
  : >"$results/stdout"
  : >"$results/stderr"
  if [[ ! -f $file ]]; then
    printf 'ovenbird: %s is not in what was built\n' "$program" >"$results/stderr"
    record exited 127 0 ''
    return
  fi
  if ! is_startable "$file"; then
    printf 'ovenbird: %s is not executable\n' "$program" >"$results/stderr"
    record exited 126 0 ''
    return
  fi
  local work
  work=$(mktemp -d "$mnt/tmp/smoke-XXXXXXXX") || exit 70
  # Folders of its own: `tmp` is where a onefile program unpacks itself.
  mkdir "$work/home" "$work/tmp" "$work/cwd" || exit 70
  local environment starter
  prepare "$work"
  mkfifo "$work/stdout" "$work/stderr" "$work/events" "$work/quiet" || exit 70
  # What happens is told through `events`: no waiting in small steps. Nobody writes to `quiet`.
  local events quiet
  exec {events}<>"$work/events" {quiet}<>"$work/quiet"
  keep "$work/stdout" "$results/stdout"
  keep "$work/stderr" "$results/stderr"
  local began=${EPOCHREALTIME/./}
  start "$file" "$@"
  watch "$began" "$limit" "$path"
  exec {events}>&- {quiet}>&-
  rm -rf "$work"
}

# keep FIFO FILE: the last bytes of a stream, however much comes; its writer never waits for long
# and is never ended by a full disk or a closed pipe.
keep() {
  {
    tail -c "$KEPT" <"$1" >"$2" {events}>&- {quiet}>&-
    printf 'closed\n' >&"$events"
  } &
}

# start FILE ARGUMENTS...: as leader of a session of its own. `setsid` stands between env and the
# program, as env would take a path with "=" for a variable; bash's background jobs ignore some
# signals, which the program must not.
start() {
  {
    cd "$work/cwd" || exit 70
    env -i --default-signal "${environment[@]}" setsid "${starter[@]}" "$@" \
      </dev/null >"$work/stdout" 2>"$work/stderr" {events}>&- {quiet}>&- &
    printf 'started %s\n' "$!" >&"$events"
    wait "$!"
    printf 'exited %s %s\n' "${EPOCHREALTIME/./}" "$?" >&"$events"
  } 2>/dev/null &
}

# watch BEGAN LIMIT PATH: until it has ended or answered, or its time is up.
watch() {
  local began=$1 end=$(($1 + $2)) path=$3
  local leader='' reason='' status=running at='' answer='' closed=0 partial=''
  local event when one two rest members=() endpoints=()
  # Endpoints whose answer is waited for, and who does: one that never answers keeps no other waiting.
  local -A asked=()
  while [[ -z $reason ]]; do
    if next_event "$end"; then
      case $event in
        started) leader=$when ;;
        exited) exited ;;
        answer) answered ;;
        silent) unset "asked[$when $one]" ;;
        closed) closed=$((closed + 1)) ;;
      esac
    elif ((${EPOCHREALTIME/./} >= end)); then
      reason=timeout at=${at:-$end}
    elif [[ -n $path && -n $leader && $status == running ]]; then
      ask_all
    fi
    if [[ $status != running && ${#asked[@]} == 0 ]]; then reason=${reason:-exited}; fi
  done
  if [[ $reason == timeout && $status != running ]]; then reason=exited; fi
  finish
}

# Its end. An answer that is on its way still counts: for that it has a moment.
exited() {
  at=$when status=$one end=$((when + 200000))
}

# An answer came: 2xx and 3xx are what we waited for; any other may still become one.
answered() {
  answer=$rest
  if [[ $rest =~ ^HTTP/[0-9.]+\ [23] ]]; then reason=answered at=$when; fi
  unset "asked[$one $two]"
}

# Asks wherever it listens by now.
ask_all() {
  local endpoint
  find_members "$leader" "$work"
  find_endpoints
  for endpoint in "${endpoints[@]}"; do
    [[ -z ${asked[$endpoint]-} ]] || continue
    ask "${endpoint% *}" "${endpoint#* }" "$path" &
    asked[$endpoint]=$!
    disown
  done
}

# next_event END: sets event, when, one, two, rest; fails when nothing came within 50 ms.
next_event() {
  local left=$((($1 - ${EPOCHREALTIME/./}) / 1000)) text
  if [[ -n $path && left -gt 50 ]]; then left=50; fi
  if ((left < 1)); then left=1; fi
  printf -v left '%d.%03d' $((left / 1000)) $((left % 1000))
  IFS= read -r -t "$left" -u "$events" text
  local result=$?
  # On a busy machine the time can be up in the middle of a line: the rest comes next time.
  partial+=$text
  if ((result != 0)); then return 1; fi
  read -r event when one two rest <<<"$partial"
  partial=''
}

# Ends whatever still runs, and writes down how it went.
finish() {
  # Only an answer is heard out by its asker: a moment for that.
  if [[ $reason == answered ]]; then pause 0.1; fi
  end_members "$leader" "$work" "$work/stdout" "$work/stderr"
  if ((${#asked[@]})); then kill "${asked[@]}" 2>/dev/null; fi
  # The streams are written when the last writer is gone.
  end=$((${EPOCHREALTIME/./} + 2000000))
  while ((closed < 2 && ${EPOCHREALTIME/./} < end)); do
    next_event "$end"
    if [[ $event == closed ]]; then closed=$((closed + 1)); fi
    event=''
  done
  tidy "$results/stdout" "$results/stderr"
  record "$reason" "$status" $(((at - began) / 1000)) "$answer"
}

# record REASON STATUS MILLISECONDS HTTP: each a file of one line without its end.
record() {
  printf %s "$1" >"$results/reason"
  printf %s "$2" >"$results/status"
  printf %s "$3" >"$results/milliseconds"
  printf %s "$4" >"$results/http"
  printf %s "$program" >"$results/program"
}
