# A Linux program: what it is started with, which processes are its own, and how they are told to
# end. windows.sh has the same functions for a Windows program.
# shellcheck disable=SC2034 # who sources this reads what these functions set
# shellcheck disable=SC2004,SC2154 # `told` is end_members', by name

# is_startable FILE: whether the system would start it at all.
is_startable() {
  [[ -x $1 ]]
}

# prepare WORK: sets `environment`, all that the program sees, and `starter`, which starts it.
# Nothing here counts as the program's time.
prepare() {
  environment=(
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    HOME="$1/home" TMPDIR="$1/tmp" LANG=C.UTF-8 TERM=dumb PWD="$1/cwd"
  )
  starter=()
}

# find_members LEADER WORK: sets `members` to the ids of what still runs. The program is the leader
# of a session; what leaves that session (a daemon) is still known by the TMPDIR that it was given.
find_members() {
  local file id state session
  local -A found=()
  for file in /proc/[0-9]*/stat; do
    session_of "$file" || continue
    if [[ $session == "$1" && $state != [ZX] ]]; then
      id=${file#/proc/}
      found[${id%/stat}]=1
    fi
  done
  while IFS= read -r file; do
    id=${file#/proc/}
    found[${id%/environ}]=1
  done < <(grep -lzxF -e "TMPDIR=$2/tmp" /proc/[0-9]*/environ 2>/dev/null)
  members=("${!found[@]}")
}

# tell_end ID...: asks each process to end, once.
tell_end() {
  local id
  for id in "$@"; do
    if [[ -z ${told[$id]-} ]]; then kill -TERM "$id" 2>/dev/null; fi
    told[$id]=1
  done
}

# tidy FILE...: what was said, for people to read.
tidy() {
  :
}
