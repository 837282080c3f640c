#!/bin/sh
# What is installed stands alone: a program of someone else builds against it, and the program finds
# its files beside itself.
#   installed_package_test.sh BUILD_FOLDER CONFIGURATION CONSUMER_FOLDER CMAKE GENERATOR CXX VERSION [PYTHON]
# PYTHON: the interpreter of the Python package, where it is built.
set -eu
build=$1 configuration=$2 consumer=$3 cmake=$4 generator=$5 cxx=$6 version=$7 python=${8:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# As after `--target minerva`, which makes no pages.
rm -rf "$build/pages"
"$cmake" --install "$build" --config "$configuration" --prefix "$work/prefix" >"$work/install.log" ||
  fail "cmake --install: $(cat "$work/install.log")"
if grep -rIl -F "$build" "$work/prefix"; then fail "these files name the build folder"; fi

"$cmake" -G "$generator" -S "$consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_BUILD_TYPE="$configuration" >"$work/configure.log" 2>&1 ||
  fail "find_package(minerva): $(cat "$work/configure.log")"
"$cmake" --build "$work/consumer" >"$work/build.log" 2>&1 ||
  fail "the consumer does not build: $(cat "$work/build.log")"
"$work/consumer/consumer" "$work/prefix/share/minerva/configs/tech/public40.cfg" ||
  fail "the consumer's two models differ"

mkdir "$work/elsewhere"
cd "$work/elsewhere"
program=$work/prefix/bin/minerva
[ "$("$program" --version)" = "minerva $version" ] || fail "--version: $("$program" --version)"
# A file that the source tree does not have is found beside the program alone.
cp "$work/prefix/share/minerva/configs/tech/public40.cfg" \
  "$work/prefix/share/minerva/configs/tech/installed_only.cfg"
"$program" tech configs/tech/installed_only.cfg >"$work/tech.txt" ||
  fail "the program does not find its own technology files"
grep -q "all accepted" "$work/tech.txt" || fail "minerva tech: $(cat "$work/tech.txt")"
for file in man/man1/minerva.1 bash-completion/completions/minerva doc/minerva/README.md \
  doc/minerva/examples/plots.py; do
  [ -s "$work/prefix/share/$file" ] || fail "share/$file is not installed"
done

# A technology of one's own starts from one that was installed with the program.
printf 'include = installed_only.cfg\nsram_leakage = x0.5\n' >mine.cfg
"$program" tech mine.cfg >"$work/mine.txt" || fail "an include of an installed technology is not found"
grep -q "sram_leakage" "$work/mine.txt" || fail "minerva tech mine.cfg: $(cat "$work/mine.txt")"

# What others wrote, and under which terms, is said where Debian looks for it.
says() { grep -q -F "$2" "$1" || fail "$1 does not say: $2"; }
check_copyright() {
  says "$1" "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
  for words in "Files: echarts.common.min.js" "The Apache Software Foundation" "Baidu Inc. (zrender)" \
    "Mike Bostock (d3)" "License: Apache-2.0 and BSD-3-Clause" "License: BSD-3-Clause" \
    "Neither the name of the copyright holder" "/usr/share/common-licenses/Apache-2.0"; do
    says "$1" "$words"
  done
}
check_copyright "$work/prefix/share/doc/minerva/copyright"
check_copyright "$work/prefix/share/doc/libminerva-dev/copyright"

# check_python FOLDER_OF_PACKAGE PROGRAM: the package finds files and program that came with it.
check_python() {
  PYTHONPATH=$1 PYTHONDONTWRITEBYTECODE=1 PATH=/usr/bin:/bin "$python" -c "
import minerva, sys
assert minerva.__file__.startswith('$1'), minerva.__file__
assert minerva.__version__ == '$version', minerva.__version__
assert minerva.program_path() == '$2', minerva.program_path()
technology = minerva.load_technology('configs/tech/public40.cfg')
assert technology.path.startswith('$3'), technology.path
points = minerva.explore('20-10', technology, lanes=[1, 2], clock_period_ns=4).points
assert len(points) > 1 and points['power_mw'].min() > 0
assert minerva.command('tech', technology.path)['name'] == technology.name == 'public40'
" || fail "the Python package in $1"
}
if [ -n "$python" ]; then
  check_python "$work/prefix/lib/python3/dist-packages" "$program" "$work/prefix/share/minerva"
  [ -f "$work/prefix/lib/python3/dist-packages/minerva/py.typed" ] || fail "py.typed is not installed"
fi

# The Debian package, unpacked into a folder. It is built where Debian's tools are.
if command -v dpkg-shlibdeps >/dev/null; then
  (cd "$work" && "$(dirname "$cmake")/cpack" -G DEB --config "$build/CPackConfig.cmake" -B "$work/deb" \
    -C "$configuration" -D CPACK_COMPONENTS_ALL=program) >"$work/cpack.log" 2>&1 ||
    fail "cpack: $(tail -n 20 "$work/cpack.log")"
  package=$(find "$work/deb" -maxdepth 1 -name 'minerva_*.deb')
  [ -n "$package" ] || fail "cpack wrote no minerva_*.deb"
  dpkg-deb -f "$package" Depends >"$work/depends"
  dpkg-deb -x "$package" "$work/root"
  check_copyright "$work/root/usr/share/doc/minerva/copyright"
  if [ -n "$python" ]; then
    says "$work/depends" "python3-numpy"
    says "$work/depends" "python3 (>= 3."
    dpkg-deb -f "$package" Suggests >"$work/suggests"
    says "$work/suggests" "python3-pandas"
    check_python "$work/root/usr/lib/python3/dist-packages" "$work/root/usr/bin/minerva" \
      "$work/root/usr/share/minerva"
  fi
fi
echo "1 passed, 0 failed"
