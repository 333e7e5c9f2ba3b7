#!/usr/bin/env bash
# clean.sh: ends the engines that engine.sh started, and only those, takes back what they left
# in the network, and removes the cache folder. An engine that was there before is left alone.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# stop HOME: SIGTERM, so that dockerd ends its containers and its containerd and unmounts.
stop() {
  local pid waited
  pid_runs "$1/started.pid" dockerd || return 0
  pid=$(<"$1/started.pid")
  say "ending dockerd $pid (${1##*/})"
  kill "$pid"
  for ((waited = 0; waited < 150; waited++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.2
  done
  die "dockerd $pid does not end" "kill -9 $pid"
}

had_second=
if [[ -d $BED/engine-28.5 ]]; then had_second=yes; fi
for home in "$BED"/engine-*; do
  [[ -d $home ]] || continue
  stop "$home"
done

if [[ -n $had_second ]] && is_root_debian && ip link show ovenbird0 >/dev/null 2>&1; then
  iptables -w -t nat -D POSTROUTING -s 10.99.28.0/24 ! -o ovenbird0 -j MASQUERADE 2>/dev/null || true
  iptables -w -D FORWARD -i ovenbird0 -j ACCEPT 2>/dev/null || true
  iptables -w -D FORWARD -o ovenbird0 -j ACCEPT 2>/dev/null || true
  ip link delete ovenbird0
fi

# The default data folder goes only where it is of our making.
if [[ -e $BED/engine-20.10/own-data ]] && ! pid_runs /var/run/docker.pid dockerd; then
  say "removing /var/lib/docker"
  rm -rf --one-file-system /var/lib/docker
fi
say "removing $BED"
rm -rf "$BED"
