#!/usr/bin/env bash
# A finding in a released allocator as a C file: it fails on that library and passes on libc.
# usage: real_test.sh ALLOCHECK SCRATCH PROGRAM LIBRARY      status 77: no such library here
set -euo pipefail
tool=$(realpath "$1") program=$(realpath "$3")
library=$(/sbin/ldconfig -p | sed -n "s/.*=> \(.*\/$4\)$/\1/p" | head -1)
[ -n "$library" ] || { echo "no $4 here"; exit 77; }
. "$2"
expect 0 "$tool" convert --to c --allocator "$library" --call-time 1 -o a.c "$program"
for compiler in gcc clang; do
    expect 0 "$compiler" -O2 -std=c11 -pedantic -Wall -Wextra -Werror a.c -o repro -pthread
    got=0
    env LD_PRELOAD="$library" ./repro >out 2>err || got=$?
    [ "$got" -gt 128 ] || { [ "$got" = 1 ] && says err "FAIL: "; } || fail "it ends with $got"
    expect 0 ./repro
done
