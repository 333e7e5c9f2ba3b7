#!/usr/bin/env bash
# python-layer.sh VERSION SUITE: makes (once) the tar of a CPython under /usr/local in the cache
# folder, prints its path, and writes its full version beside it (….tar.version).
#
# images/versions.json pins the sources. "maven" is a jar that holds a whole CPython, but it
# has lost the symbolic links and knows the prefix of the machine that built it; both are mended
# here, so that no PYTHONHOME or LD_LIBRARY_PATH is needed. Where that build lacks modules
# (sqlite3, lzma) or needs a newer glibc than the suite has, "go" is a Go module with a complete
# interpreter and standard library, but without headers and pip: it is laid over the other.
set -euo pipefail

# shellcheck source=images/base/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=${1:?usage: python-layer.sh VERSION SUITE}
suite=${2:?usage: python-layer.sh VERSION SUITE}
layer=$cache/python-$version-$suite-$(python_key "$version" "$suite").tar
if [[ -s $layer ]]; then
  echo "$layer"
  exit 0
fi
rm -f "$cache/python-$version-$suite"-*

work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
local=$root/usr/local
lib=$local/lib/python$version
mkdir -p "$local/bin" "$local/lib"

# The jar.
IFS=: read -r group name release packaging classifier <<<"$(pin "$version" "$suite" maven)"
full=${release%%-*}
jar=$cache/cpython-$release.jar
if [[ ! -s $jar ]]; then
  need mvn maven
  say "fetching CPython $full with mvn"
  mvn -q -B dependency:copy "-Dartifact=$group:$name:$release:$packaging:$classifier" \
    "-DoutputDirectory=$work/jar" -Dmdep.useBaseVersion=true >"$cache/mvn.log" 2>&1 || {
    say "mvn could not fetch $name $release: $cache/mvn.log"
    exit 1
  }
  mv "$work"/jar/*.jar "$jar"
fi
echo "$(pin "$version" "$suite" sha256)  $jar" | sha256sum --check --quiet >&2 || {
  say "the jar is not the one pinned in images/versions.json; type: rm $jar"
  exit 1
}
need unzip unzip
unzip -q "$jar" "org/bytedeco/cpython/*" -d "$work/jar"
tree=$work/jar/org/bytedeco/cpython/linux-x86_64
mv "$tree/lib/python$version" "$local/lib/"
mv "$tree/include" "$local/"
mv "$tree"/libpython"$version".so.1.0 "$tree"/libffi.so.[0-9]* "$local/lib/"
install -m 755 "$tree/bin/python$version" "$local/bin/"

# The builder's prefix, as the first line of its own pip script names it. OpenSSL is linked in
# and holds its folder as a C string: point that at Debian's, as in the official image, and fill
# up with NULs to keep the length.
prefix=$(sed -n '1s|^#!\(.*\)/bin/python.*|\1|p' "$tree/bin/pip3")
sed -i "s|$prefix|/usr/local|g" "$lib"/_sysconfigdata*.py "$lib"/config-*/Makefile
PREFIX=$prefix perl -0777 -pi -e \
  's{\Q$ENV{PREFIX}\E(/ssl[^\0"]*)\0}{"/usr/lib$1" . "\0" x (length($ENV{PREFIX}) - 7)}ge' \
  "$lib"/lib-dynload/_ssl.*.so "$lib"/lib-dynload/_hashlib.*.so

# The Go module, where there is one. The jar's build configuration stays: it names gcc, as the
# official image does, while the module's names a clang.
module=$(pin "$version" "$suite" go)
if [[ -n $module ]]; then
  need go golang-go
  full=${module##*@v0.0.0-}
  full=${full%%-*}
  say "fetching CPython $full with go"
  (cd "$work" && go mod download -json "$module") >"$work/module.json" 2>"$cache/go.log" || {
    say "go could not fetch $module: $cache/go.log"
    exit 1
  }
  field() { node -p "JSON.parse(require('fs').readFileSync('$work/module.json', 'utf8')).$1"; }
  if [[ $(field Sum) != "$(pin "$version" "$suite" goSum)" ]]; then
    say "$module is not the one pinned in images/versions.json"
    exit 1
  fi
  cp -R "$(field Dir)/python/internal/data/linux-amd64" "$work/go"
  chmod -R u+w "$work/go"
  rm -rf "$lib/lib-dynload" "$work"/go/lib/python*/config-* "$work"/go/lib/python*/_sysconfigdata*
  find "$work/go" -name '*.gz' -exec gunzip {} +
  cp -R "$work/go/lib/." "$local/lib/"
  install -m 755 "$work/go/bin/python$version" "$local/bin/"
fi

ln -sf "libpython$version.so.1.0" "$local/lib/libpython$version.so"
ln -s "python$version" "$local/bin/python3"
ln -s python3 "$local/bin/python"
# As in the official image: no tests, no byte code; and nothing that needs a screen.
rm -rf "$lib/test" "$lib/idlelib" "$lib/tkinter" "$lib/turtledemo" "$lib"/*/test "$lib"/*/tests
rm -f "$lib"/lib-dynload/{_ctypes_test,_test*,xxlimited*,nis}.*.so
find "$lib" -name '*.pyc' -delete
for script in pip pip3 "pip$version"; do
  printf '%s\n' '#!/usr/local/bin/python3' 'import sys' 'from pip._internal.cli.main import main' 'sys.exit(main())' >"$local/bin/$script"
  chmod 755 "$local/bin/$script"
done

# The loader finds /usr/local/lib through its cache: write one over both layers' libraries.
debian=$("$base/debian-layer.sh" "$suite")
loader=$work/loader
mkdir "$loader"
tar -C "$loader" -xf "$debian" --wildcards './lib*' './usr/lib*' './etc/ld.so.conf*'
mkdir -p "$loader/usr/local/lib" "$root/etc"
cp -P "$local"/lib/*.so* "$loader/usr/local/lib/"
/sbin/ldconfig -r "$loader"
cp "$loader/etc/ld.so.cache" "$root/etc/"

chmod -R u=rwX,go=rX "$root"
tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@315532800 \
  --format=gnu -cf "$layer.part" etc usr
echo "$full" >"$layer.version"
mv "$layer.part" "$layer"
echo "$layer"
