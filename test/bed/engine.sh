#!/usr/bin/env bash
# engine.sh [20.10|28.5]: makes sure that a Docker engine runs and prints its address.
#
# 20.10 (the default) is "the engine of this machine": whichever answers, else Debian
# bookworm's, installed and started here. 28.5 is a second one beside it, from Debian sid,
# unpacked in the cache folder. Started engines outlive make; clean.sh ends them.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

name=${1:-20.10}
home=$BED/engine-$name
bridge=ovenbird0
subnet=10.99.28.0/24
gateway=10.99.28.1/24
# Its own: without one a bridge takes that of a container, and another when that one ends. The
# other containers then talk to nobody for a minute.
mac=02:42:0a:63:1c:01

# An engine that already answers, wherever people's set-ups put it.
find_engine() {
  local address
  has docker || return 1
  if [[ -n ${DOCKER_HOST:-} ]]; then
    # Somebody's choice: never a quiet fall-back to another engine.
    [[ -n $(server_version "$DOCKER_HOST") ]] || die "the engine that DOCKER_HOST names does not answer: $DOCKER_HOST" "unset DOCKER_HOST"
    echo "$DOCKER_HOST"
    return
  fi
  for address in /var/run/docker.sock "$HOME/.docker/run/docker.sock" "$HOME/.colima/default/docker.sock" \
    "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock"; do
    if [[ -S $address && -n $(server_version "unix://$address") ]]; then
      echo "unix://$address"
      return
    fi
  done
  address=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) || return 1
  [[ -n $(server_version "$address") ]] || return 1
  echo "$address"
}

# A dead machine's pid files keep dockerd from starting where their numbers are in use again,
# and make it wait for a containerd that is not there.
forget_dead() {
  local pid_file=$1 exec_root=$2
  pid_runs "$pid_file" dockerd || rm -f "$pid_file"
  pid_runs "$exec_root/containerd/containerd.pid" containerd || rm -f "$exec_root/containerd/containerd.pid"
}

# start ADDRESS DOCKERD ARGUMENT…: detached, so that neither make's end nor Ctrl-C takes it along.
start() {
  local address=$1 waited
  shift
  setsid "$@" </dev/null >"$home/dockerd.log" 2>&1 9>&- &
  echo $! >"$home/started.pid"
  for ((waited = 0; waited < 300; waited++)); do
    [[ -z $(server_version "$address") ]] || return 0
    kill -0 "$(<"$home/started.pid")" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 5 "$home/dockerd.log" >&2
  die "dockerd did not come up, see $home/dockerd.log"
}

# Tests leave a lot of build cache behind: the engines that we start forget the oldest of it.
# A machine's own configuration is left alone.
config() {
  if [[ $1 != own && -e /etc/docker/daemon.json ]]; then
    echo /etc/docker/daemon.json
    return
  fi
  echo '{"builder": {"gc": {"enabled": true, "defaultKeepStorage": "16GB"}}}' >"$home/daemon.json"
  echo "$home/daemon.json"
}

# The network's real frame size; with the usual 1500 behind a smaller one, large answers hang.
mtu() {
  local device
  device=$(ip -o route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  cat "/sys/class/net/$device/mtu" 2>/dev/null || echo 1500
}

# What to type where we may not install.
no_engine() {
  local socket=/var/run/docker.sock
  if [[ $(uname -s) == Darwin ]]; then die "no Docker engine answers" "open -a Docker"; fi
  if [[ -S $socket && ! -w $socket ]]; then die "$socket is not yours to use" "sudo usermod -aG docker $(id -un) && newgrp docker"; fi
  die "no Docker engine answers" "sudo apt-get update && sudo apt-get install -y docker.io && sudo systemctl start docker"
}

engine_20_10() {
  if find_engine; then return; fi
  is_root_debian || no_engine
  lock "engine-$name"
  # Somebody else's make may have started it while we waited for the lock.
  if find_engine; then return; fi
  mkdir -p "$home"
  if [[ ! -e $home/own-data && ! -d /var/lib/docker ]]; then touch "$home/own-data"; fi
  if ! has dockerd || ! has iptables || ! has docker; then apt_install docker.io iptables; fi
  # Later Debians ship the client apart.
  if ! has docker; then apt_install docker-cli; fi
  # Where no init has mounted the control groups.
  if ! grep -q ' /sys/fs/cgroup' /proc/mounts; then
    has cgroupfs-mount || apt_install cgroupfs-mount
    cgroupfs-mount
  fi
  forget_dead /var/run/docker.pid /var/run/docker
  say "starting dockerd $(dockerd --version | sed 's/.*version \([^,]*\),.*/\1/')"
  start unix:///var/run/docker.sock dockerd --config-file "$(config default)" --mtu "$(mtu)" >&2
  echo unix:///var/run/docker.sock
}

# The bridge and three rules of our own. With its own iptables handling, or on the default
# bridge, the second engine would cut off the first one's containers.
network_28_5() {
  if ! ip link show "$bridge" >/dev/null 2>&1; then ip link add "$bridge" type bridge; fi
  if [[ $(</sys/class/net/$bridge/address) != "$mac" ]]; then ip link set "$bridge" address "$mac"; fi
  if [[ $(ip -o -4 address show dev "$bridge") != *"$gateway"* ]]; then ip address add "$gateway" dev "$bridge"; fi
  ip link set "$bridge" up
  if [[ $(</proc/sys/net/ipv4/ip_forward) != 1 ]]; then echo 1 >/proc/sys/net/ipv4/ip_forward; fi
  rule nat POSTROUTING -s "$subnet" ! -o "$bridge" -j MASQUERADE
  rule filter FORWARD -i "$bridge" -j ACCEPT
  rule filter FORWARD -o "$bridge" -j ACCEPT
}

rule() {
  local table=$1 chain=$2
  shift 2
  iptables -w -t "$table" -C "$chain" "$@" 2>/dev/null || iptables -w -t "$table" -A "$chain" "$@"
}

engine_28_5() {
  local address=unix://$home/docker.sock root
  if [[ $(uname -s) != Linux ]] || ! is_root_debian; then
    die "the second engine (28.5) is only made on Debian as root; on this machine the tests use one engine"
  fi
  lock "engine-$name"
  mkdir -p "$home"
  if [[ -S $home/docker.sock && -n $(server_version "$address") ]]; then
    network_28_5
    echo "$address"
    return
  fi
  if ! has iptables || ! has runc || ! has docker; then apt_install docker.io iptables; fi
  root=$("$here/sid.sh" docker.io containerd)
  network_28_5
  forget_dead "$home/docker.pid" "$home/exec"
  say "starting dockerd $("$root/usr/sbin/dockerd" --version | sed 's/.*version \([^,]*\),.*/\1/') beside it"
  PATH=$root/usr/sbin:$root/usr/bin:$PATH start "$address" "$root/usr/sbin/dockerd" \
    --config-file "$(config own)" --data-root "$home/data" --exec-root "$home/exec" --pidfile "$home/docker.pid" -H "$address" \
    --bridge "$bridge" --iptables=false --ip6tables=false --mtu "$(mtu)" >&2
  echo "$address"
}

case $name in
  20.10) engine_20_10 ;;
  28.5) engine_28_5 ;;
  *) die "usage: engine.sh [20.10|28.5]" ;;
esac
