#!/usr/bin/env bash
# usage: engine_race.sh MARKS_RACE_FUZZ SWARM ALLOCHECK_RACING
# libFuzzer finds the data race of an allocator by race runs. `allocheck triage --race' reproduces the
# stored input and shrinks it.
set -euo pipefail
target=$(realpath "$1") swarm=$(realpath "$2") racing=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" # a target must run anywhere

fail() { echo "engine_race: $*" >&2; cat log >&2; exit 1; }
mkdir corpus seeds
"$swarm" seeds 50
status=0
"$target" -seed=1 -runs=20000 -artifact_prefix=find- corpus seeds >log 2>&1 || status=$?
[ "$status" != 0 ] || fail "nothing was found in 20,000 runs"
grep -qE 'finding: |ThreadSanitizer: data race' log || fail "ended without a finding"
status=0
# Dozens of reports would each wait for a symbolizer.
TSAN_OPTIONS=symbolize=0 "$racing" triage --race --rounds 25 --allocator marks find-crash-* >log 2>&1 || status=$?
[ "$status" = 1 ] || fail "the stored input does not reproduce: exit status $status"
[ -s allocheck-out/findings/*/shrunk.ops ] || fail "the finding was not shrunk"
