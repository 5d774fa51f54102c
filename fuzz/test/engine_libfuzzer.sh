#!/usr/bin/env bash
# usage: engine_libfuzzer.sh GATE_FUZZ
# libFuzzer passes the gate by its feedback. The input that it stores reproduces the finding.
set -euo pipefail
gate=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" # a target must run anywhere

fail() { echo "engine_libfuzzer: $*" >&2; cat log >&2; exit 1; }
mkdir corpus
status=0
"$gate" -seed=1 -runs=20000000 -artifact_prefix=find- corpus >log 2>&1 || status=$?
[ "$status" != 0 ] || fail "the gate was not opened in 20,000,000 runs"
grep -q 'the gate is open' log || fail "ended without the finding"
status=0
"$gate" find-crash-* >log 2>&1 || status=$?
[ "$status" != 0 ] || fail "the stored input does not reproduce the finding"
grep -q 'the gate is open' log || fail "the stored input shows another finding"
