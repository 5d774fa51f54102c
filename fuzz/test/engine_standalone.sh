#!/usr/bin/env bash
# usage: engine_standalone.sh GATE_FUZZ
# Replay runs every input at its exact size, and fails if there is none.
set -euo pipefail
gate=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "engine_standalone: $*" >&2; exit 1; }
expect() { # STATUS TEXT ARGUMENT...
    local status=$1 text=$2 got=0
    shift 2
    "$gate" "$@" >"$work/log" 2>&1 || got=$?
    [ "$got" = "$status" ] || fail "$*: exit status $got, expected $status"
    grep -q -- "$text" "$work/log" || fail "$*: expected '$text' in: $(cat "$work/log")"
}

mkdir -p "$work/full/deeper" "$work/empty"
printf 'abcdef' >"$work/full/long"
printf '' >"$work/full/none"
printf 'x' >"$work/full/deeper/short"
printf '\xa7\x3c\xe1' >"$work/opens"
printf 'past the end' >"$work/past"

expect 0 '1 inputs of 6 bytes' "$work/full/long"
expect 0 '3 inputs of 7 bytes' "$work/full"
expect 2 'no input ran'
expect 2 'no input in this folder' "$work/empty"
expect 2 'No such file' "$work/absent"
expect 2 'not everything could be read' "$work/full/long" "$work/absent"
expect 2 'neither a file nor a folder' /dev/null
expect 134 'the gate is open' "$work/opens"
if nm "$gate" | grep -q __asan_init; then
    expect 1 'heap-buffer-overflow' "$work/full/long" "$work/past"
fi
