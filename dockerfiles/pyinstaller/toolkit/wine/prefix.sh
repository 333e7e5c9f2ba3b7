# shellcheck shell=bash
# Sourced by main.sh: the prefix, which is what a Windows program takes for its computer.

make_prefix() {
  wineboot --init >&2
  # No screen: a program's windows are there, and nowhere to be seen.
  wine reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f >&2
  # The registry is written a second after the last process has gone.
  wineserver -w
  [[ -f $WINEPREFIX/system.reg && -e $WINEPREFIX/drive_c/windows/system32/kernel32.dll ]] ||
    fail INTERNAL "wine could not make its prefix" "report this"
  # Never brought up to date: it is as old as the wine beside it.
  printf 'disable\n' >"$WINEPREFIX/.update-timestamp"
  # When its keys were written is all that differs from one prefix to the next, but for its ids.
  sed -i '/^#time=/d' "$WINEPREFIX"/*.reg
  chown -R 0:0 "$WINEPREFIX"
}

# Replaces every file of the prefix by a link to the same bytes in wine's own folders.
link_prefix() {
  local hash path original
  local -A originals=()
  while read -r hash path; do
    originals[$hash]=$path
  done < <(find "${wine_modules:?}" /usr/share/wine -type f -exec sha256sum {} +)
  while read -r hash path; do
    original=${originals[$hash]-}
    if [[ -n $original ]]; then ln -sf "$original" "$path"; fi
  done < <(find "$WINEPREFIX/drive_c/windows" -type f -size +0 -exec sha256sum {} +)
}
