#!/usr/bin/env bash
# Race runs from the command line.
# usage: race_test.sh CASE RACING SLATE SEEDS
# RACING: the tool with allocators that race, one that does not, and slate if SLATE is 1. Under
# ThreadSanitizer, a race is a report, and so a finding of survives.
set -euo pipefail
racing=$(realpath "$2") slate=$3 seeds=$(realpath "$4")
export TSAN_OPTIONS=symbolize=0 # else each report waits for a symbolizer, and there are dozens
. "$(dirname "$0")/scratch.sh"

# expect STATUS ARGUMENT...: runs the tool, keeps its output in `out` and `err`.
expect() {
    local wanted=$1 got=0
    shift
    "$racing" "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "allocheck $*: exit status $got, expected $wanted"
}

# Four threads, each allocating and freeing its own blocks.
contention() {
    echo "ops 1"
    for _ in $(seq 40); do
        for t in 0 1 2 3; do
            printf 'repeat 4: on %d: p%d = malloc 40\nrepeat 4: on %d: free p%d\n' $t $((t * 4)) \
                $t $((t * 4))
        done
    done
}

case_right_is_clean() {
    contention >a.ops
    expect 0 run --race --allocator right a.ops
    says out "right: 1 of 1 run, 128000 calls, 0 with a finding"
    expect 0 run --race --rounds 7 --seed 5 --allocator right a.ops && says out "8960 calls"
}

case_finding_says_how_often() {
    contention >a.ops
    expect 1 run --race --seed 3 --rounds 400 --allocator takes a.ops
    grep -Eq '^a.ops: finding: (disjoint|survives) on takes$' out || fail "another finding"
    says out "--race --seed=3 --rounds=400 a.ops"
    grep -Eq '^  race      random seed 3, 400 rounds: shown in ([1-9]|1[0-9]|20) of 20 runs$' out ||
        fail "how often it shows is not reported"
}

case_one_thread_is_spread() {
    { echo "ops 1"; for _ in $(seq 60); do printf 'p0 = malloc 9\nfree p0\n'; done; } >a.ops
    expect 0 run --race --rounds 20 --allocator right a.ops && says out "2400 calls"
}

case_deadlock_is_reported() {
    printf 'ops 1\non 1: p0 = malloc 203\non 2: check p0\non 2: p1 = malloc 8\n' >a.ops
    expect 1 run --race --call-time 0.4 --allocator right a.ops
    says out "finding: liveness on right" && says out "shown in 3 of 3 runs"
}

# A thread that never ends hangs like a call.
case_end_that_never_comes_is_reported() {
    printf 'ops 1\non 1: p0 = malloc 206\nfree p1\n' >a.ops
    expect 1 run --race --call-time 0.4 --allocator right a.ops
    says out "finding: liveness on right" && says out "shown in 3 of 3 runs"
}

case_bad_usage() {
    contention >a.ops
    expect 2 run --rounds 3 a.ops && says err "--rounds and --seed need --race"
    expect 2 run --seed 3 a.ops && says err "--rounds and --seed need --race"
    expect 2 run --attempts 3 a.ops && says err "--attempts needs --race"
    expect 2 run --race --rounds 0 a.ops && says err "expected a number from 1 to 1048576, not '0'"
    expect 2 run --race --seed -1 a.ops && says err "expected a number of at least 0, not '-1'"
    expect 2 run --race --inline a.ops && says err "--inline and --race"
    expect 2 shrink --rounds 3 a.ops && says err "--rounds and --seed need --race"
    expect 2 fuzz --rounds 3 && says err "--rounds needs --race"
    expect 2 fuzz --race --engine exhaustive && says err "--race needs --engine random"
}

keeps_what_it_finds() { # SEED
    expect 1 fuzz --race --allocator takes --seed "$1" --seconds 60 --rounds 50
    says out "finding: " && says out " of 20 runs" && says out "found by  random seed"
    local folder
    folder=$(ls -d allocheck-out/findings/*)
    grep -q -- '# A race, of .*: allocheck run --race --seed=[0-9]* --rounds=1250' \
        "$folder/shrunk.ops" || fail "the program does not name its command"
    grep -q -- '--race --seed=[0-9]* --rounds=1250' "$folder/finding.json" ||
        fail "finding.json does not name its command"
    if grep -q ThreadSanitizer "$folder/finding.json"; then
        says out "not made  repro.c: a C file cannot reproduce it: only a sanitizer detects it"
    else
        grep -q '^static void thread_1(' "$folder/repro.c" || fail "no C file whose threads race"
    fi
    is_small "$folder/shrunk.ops" && says out "; shrunk to "
    is_red_until_fixed
}

# The printed command fails while the bug is there, and passes once it is fixed; so does the folder.
is_red_until_fixed() {
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out) && [[ $command == *" --attempts="* ]] || fail "command: $command"
    eval "expect 1 $command" && says out "finding: "
    eval "expect 0 ${command/--allocator takes/--allocator right}" && says out "1 of 1 run"
    expect 1 run --allocator takes allocheck-out/findings --junit junit.xml && says out "finding: "
    grep -q 'failures="1"' junit.xml || fail "junit.xml is green"
    expect 0 run --allocator right allocheck-out/findings
}

# How a race shows is up to chance: one of three campaigns must keep all of this.
case_fuzz_keeps_what_it_finds() {
    local seed
    for seed in 1 2 3; do
        (keeps_what_it_finds $seed) 2>>failures && return
        rm -rf allocheck-out
    done
    cat failures >&2
    return 1
}

# `allocheck triage' runs crash files as races, and spreads those of one thread.
case_fuzz_of_what_is_given() {
    { echo "ops 1"; for i in $(seq 60); do printf 'p%d = malloc 9\nfree p%d\n' $i $i; done; } >a.ops
    expect 1 triage --race --allocator takes a.ops
    says out "found by  a.ops; " && says out "random seed 0, 500 rounds: shown in "
    is_small allocheck-out/findings/*/shrunk.ops
    rm -r allocheck-out
    expect 0 triage --race --allocator right a.ops && says out "clean: no finding in "
}

# A few ops, on two threads or more.
is_small() {
    local threads
    [ "$(grep -cvE '^(#|ops|with)' "$1")" -le 8 ] || fail "not small: $(cat "$1")"
    threads=$(grep -vE '^(#|ops|with)' "$1" | grep -oE 'on [1-7]:' | sort -u | wc -l)
    threads=$((threads + $(grep -vE '^(#|ops|with)' "$1" | grep -cv 'on [1-7]:' | sed 's/[1-9].*/1/')))
    [ "$threads" -ge 2 ] || fail "one thread is no race: $(cat "$1")"
}

case_shrinks() {
    { echo "# why it is kept"; echo "# A race, of zeroed: allocheck run"; contention; } >a.ops
    expect 0 shrink --race --seed 3 --rounds 400 --allocator takes a.ops -o left.ops
    is_small left.ops
    says err "shrunk to " && says err " of the result" && grep -qE -e "--race --seed=3 --rounds=400 --attempts=[0-9]+ left.ops" out || fail "no command"
    [ "$(head -1 left.ops)" = "# why it is kept" ] || fail "a comment is lost"
    [ "$(grep -c '^# A race, of .*: allocheck run --race --seed=3 --rounds=400 --attempts=[0-9]*$' left.ops)" = 1 ] ||
        fail "it does not name its command"
    grep -q '^# A race, of zeroed' left.ops && fail "the old comment remains"
    grep -q '^# random seed 3, 400 rounds: shown in [1-9][0-9]* of [1-9][0-9]* runs\.$' left.ops ||
        fail "no comment about how often it shows"
    grep -q '^# expect' left.ops && fail "a race has no expectation"
    expect 1 run --race --seed 3 --rounds 400 --allocator takes left.ops
}

# A program of one thread is spread first, as in `run'.
case_shrinks_what_it_spreads() {
    { echo "ops 1"; for i in $(seq 60); do printf 'p%d = malloc 9\nfree p%d\n' $i $i; done; } >a.ops
    expect 0 shrink --race --rounds 400 --allocator takes a.ops -o left.ops
    is_small left.ops
}

case_shrinks_nothing_of_what_is_right() {
    contention >a.ops
    expect 2 shrink --race --rounds 10 --allocator right a.ops -o left.ops
    says err "a.ops: nothing to shrink: it shows no finding on right" && [ ! -e left.ops ]
}

# Every stored program, spread over threads, and generated ones.
case_slate_is_clean() {
    [ "$slate" = 1 ] || { echo "slate is not part of this build"; return; }
    expect 0 run --race --rounds 20 --allocator slate "$seeds" && says out ", 0 with a finding"
    expect 0 fuzz --race --allocator slate --seed 1 --programs 100 && says out "clean: no finding in "
}

case_fuzz_of_what_is_right() {
    expect 0 fuzz --race --allocator right --seed 1 --programs 60 && says out "clean: no finding in "
}

touch out err
"case_$1"
