#!/usr/bin/env bash
# usage: engine_afl.sh GATE_FUZZ
# AFL++ runs the target persistently with shared memory and passes the gate by its feedback. The input that
# it stores reproduces the finding.
set -euo pipefail
gate=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" # a target must run anywhere

fail() { echo "engine_afl: $*" >&2; cat log >&2; exit 1; }
export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
mkdir seeds
printf 'seed' >seeds/one
AFL_BENCH_UNTIL_CRASH=1 afl-fuzz -i seeds -o out -s 1 -E 20000000 -- "$gate" >log 2>&1 ||
    fail "afl-fuzz failed"
for mode in 'Persistent mode binary detected' 'Deferred forkserver binary detected' \
    'Using SHARED MEMORY FUZZING'; do
    grep -q "$mode" log || fail "expected '$mode'"
done
find=$(find out/default/crashes -name 'id:*' | head -n 1)
[ -n "$find" ] || fail "the gate was not opened in 20,000,000 runs"
status=0
"$gate" "$find" >log 2>&1 || status=$?
[ "$status" = 134 ] || fail "the stored input does not reproduce the finding"
grep -q 'the gate is open' log || fail "the stored input shows another finding"
