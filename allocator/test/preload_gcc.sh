#!/usr/bin/env bash
# usage: preload_gcc.sh LIBSLATE SOURCE   gcc compiles slate to the same objects.
source "$(dirname "$0")/preload.sh"
source_dir=$2
cat >"$work/build.sh" <<'BUILD'
set -e
for file in "$1"/src/*.c; do
    gcc -std=c11 -O2 -Wall -I"$1/include" -I"$1/src" -c "$file" -o "$2/object.o"
    sha256sum <"$2/object.o"
done
BUILD
compare gcc bash "$work/build.sh" "$source_dir" "$work"
