# shellcheck shell=bash
# Sourced by main.sh: Debian's packages.

# binutils is for here alone.
readonly packages=(wine wine64 python3) passing=(binutils)

# fail CODE MESSAGE HINT: the host reads the line; none of the texts needs escaping.
fail() {
  printf '%s\n  %s\n' "$2" "$3" >&2
  printf 'ovenbird-error: {"errors":[{"code":"%s","message":"%s","hint":"%s"}]}\n' "$1" "$2" "$3" >&2
  exit 1
}

# apt ARGUMENT…: with the company's CA where one is mounted, and without what nobody reads here.
apt() {
  local options=(-o Acquire::Retries=3 -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0)
  local ca=/mnt/secrets/ca.pem folder
  if [[ -s $ca ]]; then options+=(-o "Acquire::https::CaInfo=$ca"); fi
  for folder in doc man info locale iso-codes xml/iso-codes; do
    options+=(-o "Dpkg::Options::=--path-exclude=/usr/share/$folder/*")
  done
  options+=(-o 'Dpkg::Options::=--path-include=/usr/share/doc/*/copyright')
  DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes "${options[@]}" "$@" </dev/null >/dev/null
}

install_packages() {
  if ! apt update || ! apt install --no-install-recommends -- "${packages[@]}" "${passing[@]}"; then
    fail DEPENDENCY_DOWNLOAD_FAILED "apt-get could not install wine" \
      "check the network and the proxy settings; behind an inspecting proxy name its CA bundle: --ca FILE"
  fi
}

remove_leavings() {
  apt purge --autoremove -- "${passing[@]}"
  rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /var/lib/dpkg/*-old /etc/ld.so.cache~ /tmp/.[!.]* /tmp/* /var/tmp/*
  # Byte code that is valid whatever time its source has: the sources keep theirs.
  find /usr/lib/python3 /usr/lib/python3.* -name __pycache__ -prune -exec rm -rf {} +
  python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3.*
}
