#!/usr/bin/env bash
# Makes a Debian into the system that Windows programs are built and tried on: wine without its
# debugging information, an empty prefix at $WINEPREFIX that is mostly links to wine's own files,
# and a Python for our steps. The stage after it takes the files alone, as one layer.
set -euo pipefail
export LC_ALL=C

toolkit=$(dirname "${BASH_SOURCE[0]}")
for part in debian shrink prefix; do
  # shellcheck source=/dev/null
  source "$toolkit/$part.sh"
done

readonly epoch=315532800
# Where Debian's libwine has its Windows modules.
export wine_modules=/usr/lib/x86_64-linux-gnu/wine
started=$(date +%s)
# No TMPDIR: wine 10 crashes at its start where that is set ("free(): invalid pointer").
unset TMPDIR
export HOME=/mnt/tmp
mkdir -p "$HOME"

install_packages
strip_modules
make_prefix
link_prefix
remove_leavings

# What a package brought has its own times already; the clock has given all the rest.
find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /mnt -o -path /etc/hosts -o -path /etc/resolv.conf \) -prune \
  -o -newermt "@$((started - 1))" -exec touch --no-dereference --date="@$epoch" {} +
