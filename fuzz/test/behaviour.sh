#!/usr/bin/env bash
# usage: behaviour.sh ENGINE TARGET ALLOCHECK [OTHER_MUTATOR]
# Two programs make the same calls in the same order and differ only in where the blocks lie. The engine
# keeps both; without behaviour as feedback it keeps one.
set -euo pipefail
engine=$1 target=$(realpath "$2") allocheck=$(realpath "$3") mutator=$(realpath "${4:-/}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { echo "behaviour: $*" >&2; cat log >&2; exit 1; }
program() { # SLOT FILE
    printf 'ops 1\np0 = malloc 24\np1 = malloc 24\np2 = malloc 24\nfree p%s\np3 = malloc 40\n' "$1" |
        "$allocheck" convert --to bytes --text -o "$2" -
}
mkdir one both
program 0 one/first
program 2 other
cp one/first other both
[ "$(wc -c <other)" = "$(wc -c <one/first)" ] || fail "the programs differ in their lengths"

libfuzzer() { # FOLDER: for the kept inputs
    mkdir "$1"
    "$target" -merge=1 "$1" both >log 2>&1 || fail "merging ended with $?"
    find "$1" -type f | wc -l
}

afl() { # FOLDER
    OTHER_INPUT=other AFL_CUSTOM_MUTATOR_LIBRARY=$mutator AFL_CUSTOM_MUTATOR_ONLY=1 \
        afl-fuzz -i one -o "$1" -s 1 -E 300 -- "$target" >log 2>&1 || fail "fuzzing ended with $?"
    find "$1/default/queue" -name 'id:*' | wc -l
}

export ALLOCHECK_ALLOCATOR=slab
export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1
kept=$("$engine" fed)
[ "$kept" = 2 ] || fail "$kept inputs kept, not both"
kept=$(ALLOCHECK_BEHAVIOUR=off "$engine" unfed)
[ "$kept" = 1 ] || fail "$kept inputs kept without behaviour, not one"
