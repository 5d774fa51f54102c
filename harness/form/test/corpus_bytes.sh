#!/usr/bin/env bash
# usage: corpus_bytes.sh ALLOCHECK CORPUS
# Every stored program still has the ops that it had when it was stored, whatever the text form calls
# them: its byte form, whose codes never change, has the hash that corpus_bytes.sha256 names. A program
# with another op must be noticed.
set -euo pipefail
tool=$1 corpus=$(realpath "$2")
hashes=$(dirname "$(realpath "$0")")/corpus_bytes.sha256
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

is_as_stored() { # HASH FILE
    "$tool" convert --to bytes "$2" -o "$work/bytes" && echo "$1  $work/bytes" | sha256sum --check --status
}

checked=0
while read -r hash name; do
    is_as_stored "$hash" "$corpus/${name#corpus/}" ||
        { echo "FAILED: $name is another program than it was" >&2; exit 1; }
    checked=$((checked + 1))
    { cat "$corpus/${name#corpus/}"; echo 'trim'; } >"$work/changed.ops"
    ! is_as_stored "$hash" "$work/changed.ops" ||
        { echo "FAILED: $name with one more op is not noticed" >&2; exit 1; }
done <"$hashes"
echo "$checked programs are what they were"
[ "$checked" -gt 80 ]
