# Finds where a program listens, and asks it. A program chooses its port: nothing is assumed.
# shellcheck disable=SC2154 # `members` are found, and `events` is opened, by who calls

# find_endpoints: sets `endpoints` to "ADDRESS PORT" of every TCP socket that `members` listen on.
find_endpoints() {
  local -A inodes=()
  local id link local_address state inode rest
  local -a descriptors=()
  for id in "${members[@]}"; do descriptors+=(/proc/"$id"/fd/*); done
  while IFS= read -r link; do
    if [[ $link == socket:* ]]; then inodes[${link//[!0-9]/}]=1; fi
  done < <(readlink -- "${descriptors[@]}" 2>/dev/null)
  endpoints=()
  ((${#inodes[@]})) || return
  # Column 4 is the state (0A: listening), column 10 the socket's inode.
  while read -r _ local_address _ state _ _ _ _ _ inode rest; do
    if [[ $state == 0A && -n ${inodes[${inode:-0}]-} ]]; then
      add_endpoint "${local_address%:*}" "$((16#${local_address#*:}))"
    fi
  done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
}

# add_endpoint HEX PORT: 8 or 32 digits, four bytes after four, each four back to front.
add_endpoint() {
  local address='' word byte
  if [[ $1 =~ ^0+$ ]]; then
    # Any address. What listens on IPv6 mostly answers IPv4 too, and need not.
    endpoints+=("127.0.0.1 $2")
    if ((${#1} == 32)); then endpoints+=("::1 $2"); fi
    return
  fi
  if ((${#1} == 8)) || [[ $1 == 0000000000000000FFFF0000* ]]; then
    word=${1: -8}
    for byte in 6 4 2 0; do address+=.$((16#${word:byte:2})); done
    endpoints+=("${address#.} $2")
    return
  fi
  for word in "${1:0:8}" "${1:8:8}" "${1:16:8}" "${1:24:8}"; do
    address+=:${word:6:2}${word:4:2}:${word:2:2}${word:0:2}
  done
  endpoints+=("${address#:} $2")
}

# ask ADDRESS PORT PATH: writes "answer MICROSECONDS ADDRESS PORT STATUS-LINE" or "silent ADDRESS
# PORT" to `events`, and then hears the answer out, so that no server complains of us.
ask() {
  local line='' connection
  if { exec {connection}<>"/dev/tcp/$1/$2"; } 2>/dev/null; then
    {
      printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: */*\r\nConnection: close\r\n\r\n' "$3" \
        >&"$connection"
      IFS= read -r -n 1000 -u "$connection" line
    } 2>/dev/null
  fi
  if [[ $line =~ ^HTTP/[0-9.]+\ [0-9]{3} ]]; then
    printf 'answer %s %s %s %s\n' "${EPOCHREALTIME/./}" "$1" "$2" "${line%$'\r'}" >&"$events"
    cat <&"$connection" >/dev/null 2>&1
  else
    printf 'silent %s %s\n' "$1" "$2" >&"$events"
  fi
}
