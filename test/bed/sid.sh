#!/usr/bin/env bash
# sid.sh PACKAGE…: unpacks packages of Debian sid under the cache folder, without installing
# them, and prints the folder. apt gets a configuration of its own: the machine's sources,
# lists and installed packages are not touched. The mirror is the one that this machine uses.
set -euo pipefail
# shellcheck source=test/bed/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sid=$BED/sid
root=$sid/root
missing=()
for package in "$@"; do
  [[ -e $sid/have/$package ]] || missing+=("$package")
done
if [[ ${#missing[@]} == 0 ]]; then
  echo "$root"
  exit 0
fi
is_root_debian || die "packages of Debian sid (${missing[*]}) are only unpacked on Debian as root"

lock sid
mkdir -p "$sid"/{parts,lists/partial,cache/archives/partial,debs,have,root}

# The machine's own source of its main suite, in either of apt's two notations.
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
deb822=$(grep -slE "^Suites:.*\b$codename\b" /etc/apt/sources.list.d/*.sources | head -n 1 || true)
if [[ -n $deb822 ]]; then
  awk -v suite="$codename" 'BEGIN { RS = ""; ORS = "\n\n" }
    !done && $0 ~ "\nSuites:[^\n]*[ \t]" suite "([ \t\n]|$)" { sub(/\nSuites:[^\n]*/, "\nSuites: sid"); print; done = 1 }' \
    "$deb822" >"$sid/parts/sid.sources"
else
  # `cat` first: one of the files is usually missing.
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    sed -nE "s/^(deb( +\[[^]]*\])? +[^ ]+) +$codename +.*/\1 sid main/p" | head -n 1 >"$sid/parts/sid.list"
fi
cat >"$sid/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$sid/parts";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$sid/lists";
Dir::Cache "$sid/cache";
APT::Sandbox::User "root";
CONF

say "fetching ${missing[*]} of Debian sid (unpacked under $sid, not installed)"
(
  export APT_CONFIG=$sid/apt.conf
  cd "$sid/debs"
  apt-get update -o Acquire::Languages=none
  apt-get download "${missing[@]}"
) >"$sid/apt.log" 2>&1 || die "apt-get failed, see $sid/apt.log"
for package in "${missing[@]}"; do
  dpkg -x "$sid/debs/$package"_*.deb "$root"
  rm "$sid/debs/$package"_*.deb
  touch "$sid/have/$package"
done
# The lists are 100 MB and soon out of date.
rm -rf "$sid/lists" "$sid/cache"
echo "$root"
