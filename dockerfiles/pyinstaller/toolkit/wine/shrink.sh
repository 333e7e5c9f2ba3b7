# shellcheck shell=bash
# Sourced by main.sh: four fifths of wine's modules are debugging information.

strip_modules() {
  local jobs
  jobs=$(nproc)
  # Some are no programs (typelibs, fonts, resources): strip says so and leaves them.
  find "${wine_modules:?}" -path '*-windows/*' -type f -print0 | xargs -0 -n 32 -P "$jobs" strip 2>/dev/null || true
  check_modules
}

# The mark by which wine, and PyInstaller, know wine's own modules must have outlived that.
check_modules() {
  local size mark
  mark=$(dd if="${wine_modules:?}/x86_64-windows/kernel32.dll" bs=1 skip=64 count=16 status=none)
  size=$(du -sm "${wine_modules:?}" | cut -f1)
  if [[ $mark != 'Wine builtin DLL' ]] || ((size > 250)); then
    fail INTERNAL "wine's modules could not be stripped ($size MB)" "report this"
  fi
}
