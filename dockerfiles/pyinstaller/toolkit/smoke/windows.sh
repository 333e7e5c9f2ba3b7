# A Windows program under wine, which has what a bare Windows has and no more. The same functions as
# linux.sh's. Nothing else runs beside it here: in a build step every process is its or ours.
# shellcheck disable=SC2034 # who sources this reads what these functions set
# shellcheck disable=SC2154 # `told` is end_members'

# What wine has and a bare Windows lacks, as names in system32: the run-times of Microsoft's
# compilers, which programs bring themselves, what games install, and what drivers bring. Not
# zlib1, which wine itself needs.
LACKING=(
  'msvcp[17-9]*' 'msvcr[0-9]*' 'msvcrtd' 'msvcm*' 'vcruntime*' 'concrt*' 'vcomp*' 'atl[0-9]*'
  'd3dx[0-9]*' 'd3dcompiler_3*' 'd3dcompiler_4[0-6]' 'x3daudio*' 'xactengine*' 'xapofx*'
  'xaudio2_[0-7]' 'xinput1_[1-3]' 'opencl' 'vulkan-1'
)

# is_startable FILE: Windows knows no such mode.
is_startable() {
  :
}

# prepare WORK: a Windows of its own for each program, already started. All of it lies in WORK, and
# so does the folder that a onefile program unpacks itself to (%TEMP%). No TMPDIR: wine 10 crashes.
prepare() {
  cp -a "$WINEPREFIX" "$1/prefix" || exit 70
  wine=(
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    HOME="$1/home" LANG=C.UTF-8
    WINEARCH=win64 WINEPREFIX="$1/prefix" WINEDLLOVERRIDES="$(overrides "$1/prefix")"
  )
  # Of wine's own words those about DLLs that are missing.
  environment=("${wine[@]}" "WINEDEBUG=-all,err+module")
  starter=(wine)
  # wine's server, to stay until it is told to go, and wine's services, which the first program starts:
  # 0.5 to 1 s that are not the program's. That one sets up a screen that nobody sees, for windows.
  if ! env -i "${wine[@]}" WINEDEBUG=-all wineserver --persistent ||
    ! timeout 120 env -i "${wine[@]}" WINEDEBUG=-all setsid wine reg add \
      'HKCU\Software\Wine\Drivers' /v Graphics /d null /f </dev/null >/dev/null; then
    printf 'ovenbird: wine does not start\n' >&2
    exit 70
  fi
}

# overrides PREFIX: the image's, and of what is lacking only a program's own copy serves.
overrides() {
  local pattern file names=''
  for pattern in "${LACKING[@]}"; do
    # shellcheck disable=SC2231 # a pattern
    for file in "$1"/drive_c/windows/system32/$pattern.dll; do
      file=${file##*/}
      names+=,${file%.dll}
    done
  done
  printf '%s;%s=n' "$WINEDLLOVERRIDES" "${names#,}"
}

# find_members LEADER WORK: sets `members` to the ids of what still runs. wine's server holds the
# sockets of all programs, so it is one of them.
find_members() {
  local file id state session own
  members=()
  session_of /proc/self/stat || return
  own=$session
  for file in /proc/[0-9]*/stat; do
    session_of "$file" || continue
    if [[ $session != "$own" && $state != [ZX] ]]; then
      id=${file#/proc/}
      members+=("${id%/stat}")
    fi
  done
}

# tell_end ID...: wine's server ends every program, and then itself.
tell_end() {
  if [[ -z ${told[wine]-} ]]; then env -i "${wine[@]}" wineserver --kill; fi
  told[wine]=1
}

# tidy FILE...: what was said, for people to read: without Windows' line ends.
tidy() {
  sed -i 's/\r$//' "$@"
}
