#!/usr/bin/env bash
# usage: smoke.sh ENGINE TARGET SWARM CORPUS MUTATOR
# Replays generated and stored seeds on a fuzz target; under an engine, fuzzes it for a few thousand runs.
# Fails on a finding, or if nothing ran.
set -euo pipefail
engine=$1 target=$(realpath "$2") swarm=$3 corpus=$4 mutator=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $target in
*race*) runs=400 ;; # each is 50 rounds of threads
*) runs=5000 ;;
esac
mkdir "$work/seeds"
"$swarm" "$work/seeds" 200
cp "$corpus"/*.ops "$work/seeds"
cd "$work" # a target may be moved and run anywhere
export ALLOCHECK_COUNTERS=$work/counters

fail() { echo "smoke: $*" >&2; cat log >&2; exit 1; }
case $engine in
standalone) "$target" seeds >log 2>&1 || fail "replay ended with $?" ;;
libfuzzer)
    mkdir new
    "$target" -seed=1 -runs=$runs new seeds >log 2>&1 || fail "fuzzing ended with $?"
    ;;
afl)
    export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
    case $target in */slate*_fuzz) export AFL_CUSTOM_MUTATOR_LIBRARY=$mutator ;; esac
    afl-fuzz -i seeds -o out -s 1 -E $runs -t 20000 -- "$target" >log 2>&1 ||
        fail "fuzzing ended with $?"
    [ -z "$(find out/default/crashes out/default/hangs -name 'id:*')" ] || fail "there is a finding"
    ;;
esac
inputs=$(od -An -t u8 -j 24 -N 8 counters | tr -d ' ')
[ "$inputs" -ge 200 ] || fail "only $inputs inputs ran"
echo "$inputs inputs"
