#!/usr/bin/env bash
# Replays every stored program; fails when one does not do as it says, or when fewer were replayed
# than lie on disk.
# usage: corpus_test.sh ALLOCHECK CORPUS OPTION...   (options of `allocheck run`)
set -euo pipefail
allocheck=$1 corpus=$2
shift 2

on_disk=$(find "$corpus" -type f ! -name '.*' ! -name 'README*' | wc -l)
[ "$on_disk" -gt 0 ] || {
    echo "corpus_test: no stored program in $corpus" >&2
    exit 1
}
said=$("$allocheck" run "$@" "$corpus") || {
    status=$?
    echo "$said"
    exit "$status"
}
echo "$said"
replayed=$(sed -n 's/^[a-z-]*: \([0-9]*\) of [0-9]* run.*/\1/p' <<<"$said")
echo "$replayed replayed of $on_disk on disk"
[ "$replayed" = "$on_disk" ]
