#!/bin/sh
# What is installed stands alone: a program of someone else builds against it, and the program finds
# its files beside itself.
#   installed_package_test.sh BUILD_FOLDER CONFIGURATION CONSUMER_FOLDER CMAKE GENERATOR CXX VERSION
set -eu
build=$1 configuration=$2 consumer=$3 cmake=$4 generator=$5 cxx=$6 version=$7
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
for file in man/man1/minerva.1 bash-completion/completions/minerva doc/minerva/README.md; do
  [ -s "$work/prefix/share/$file" ] || fail "share/$file is not installed"
done
echo "1 passed, 0 failed"
