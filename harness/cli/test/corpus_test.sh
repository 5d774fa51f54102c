#!/usr/bin/env bash
# Replays every stored program; fails if one does not meet its expectation, or if fewer programs were
# replayed than are on disk.
# usage: corpus_test.sh CORPUS COMMAND...   (`allocheck run' or what stands for it, with its options)
set -euo pipefail
corpus=$1
shift

on_disk=$(find "$corpus" -type f ! -name '.*' ! -name 'README*' | wc -l)
[ "$on_disk" -gt 0 ] || {
    echo "corpus_test: no stored program in $corpus" >&2
    exit 1
}
reported=$("$@" "$corpus") || {
    status=$?
    echo "$reported"
    exit "$status"
}
echo "$reported"
replayed=$(sed -n 's/^.*: \([0-9]*\) of [0-9]* run, .*/\1/p' <<<"$reported" | tail -n 1)
echo "$replayed replayed of $on_disk on disk"
[ "$replayed" = "$on_disk" ]
