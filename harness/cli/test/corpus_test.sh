#!/usr/bin/env bash
# Replays every stored program; fails when one does not do as it says, or when fewer were replayed
# than lie on disk.
# usage: corpus_test.sh ALLOCHECK ALLOCATOR CORPUS
set -euo pipefail
allocheck=$1 allocator=$2 corpus=$3

on_disk=$(find "$corpus" -type f ! -name '.*' ! -name 'README*' | wc -l)
[ "$on_disk" -gt 0 ] || {
    echo "corpus_test: no stored program in $corpus" >&2
    exit 1
}
said=$("$allocheck" run --allocator "$allocator" "$corpus") || {
    status=$?
    echo "$said"
    exit "$status"
}
echo "$said"
replayed=$(sed -n 's/^[a-z-]*: \([0-9]*\) of [0-9]* run.*/\1/p' <<<"$said")
echo "$replayed replayed of $on_disk on disk"
[ "$replayed" = "$on_disk" ]
