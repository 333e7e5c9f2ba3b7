# shellcheck shell=bash
# Sourced by the scripts of the test bed. Works with the bash 3.2 of macOS.

# Everything that the bed makes lies here: outside the checkout, because engines, base images
# and tools belong to the machine, not to one clone.
BED=${OVENBIRD_BED:-${XDG_CACHE_HOME:-$HOME/.cache}/ovenbird-bed}
mkdir -p "$BED"

say() { printf 'bed: %s\n' "$*" >&2; }

# die REASON [COMMAND]: where we may not act ourselves, the last words are what to type.
die() {
  say "$1"
  if [[ $# -gt 1 ]]; then
    printf 'bed: type this, then try again:\n  %s\n' "$2" >&2
  fi
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# May we install Debian packages and start daemons here?
is_root_debian() { [[ $(uname -s) == Linux && $(id -u) == 0 ]] && has apt-get && has dpkg; }

# lock NAME: one make at a time for what follows, until the script ends. Daemons started
# under it must close descriptor 9, or they would hold it for ever.
lock() {
  exec 9>"$BED/$1.lock"
  if has flock; then flock 9; fi
}

# apt_install PACKAGE…
apt_install() {
  is_root_debian || die "missing: $*" "sudo apt-get update && sudo apt-get install -y $*"
  say "installing $* from Debian"
  (
    export DEBIAN_FRONTEND=noninteractive
    # A service that a package brings must not start by itself and take a port.
    guard=$(mktemp)
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
      printf '#!/bin/sh\nexit 101\n' >"$guard"
      install -m 755 "$guard" "$policy"
      trap 'rm -f "$policy" "$guard"' EXIT
    fi
    exec 9>&-
    # Two makes at once: the second waits for dpkg.
    install=(apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@")
    "${install[@]}" </dev/null || { apt-get update && "${install[@]}" </dev/null; }
  ) >"$BED/apt.log" 2>&1 ||
    die "apt-get failed, see $BED/apt.log" "apt-get update && apt-get install -y $*"
}

# pid_runs FILE NAME: does FILE hold the id of a living process called NAME? A kept disk keeps
# the pid files of a machine that is gone, and their numbers may be somebody else's by now. A
# zombie, which nobody reaps where no init runs, is dead.
pid_runs() {
  local pid
  [[ -s $1 ]] || return 1
  pid=$(<"$1")
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/comm && $(<"/proc/$pid/comm") == "$2" ]] &&
    ! grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status"
}

# server_version ADDRESS: prints the engine's version; fails where none answers.
server_version() { docker -H "$1" version --format '{{.Server.Version}}' 2>/dev/null; }
