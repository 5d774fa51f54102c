#!/usr/bin/env bash
# corpus_test.sh must fail if the tool fails, or replays fewer programs than are on disk.
# usage: corpus_count_test.sh CORPUS_TEST
set -euo pipefail
corpus_test=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/corpus/seed" && touch "$work/corpus/seed/a.ops" "$work/corpus/seed/b.ops"

# tool STATUS COUNT: a stand-in for allocheck.
tool() {
    printf '#!/bin/sh\necho "libc: %s of 2 run, 9 calls, 0 with a finding"\nexit %s\n' "$2" "$1" \
        >"$work/tool"
    chmod +x "$work/tool"
}

# replay WANTED STATUS COUNT: the exit status of the test with such a tool.
replay() {
    local got=passes
    tool "$2" "$3"
    bash "$corpus_test" "$work/corpus" "$work/tool" || got=fails
    [ "$got" = "$1" ] || {
        echo "FAILED: status $2, $3 replayed: the test $got" >&2
        exit 1
    }
}

replay passes 0 2
replay fails 0 1
replay fails 1 2
rm "$work"/corpus/seed/*
replay fails 0 0
