#!/usr/bin/env bash
# `allocheck fuzz' with an external engine, one CTest per case.
# usage: front_end.sh CASE ENGINE BROKEN ALLOCHECK   (BROKEN: the tool that tests broken allocators)
set -euo pipefail
engine=$2 broken=$(realpath "$3") allocheck=$(realpath "$4")
. "$(dirname "$0")/../../harness/cli/test/scratch.sh"
mkdir temporary
export TMPDIR=$work/temporary

says() { grep -qE -e "$2" "$1" || fail "no '$2' in standard $1"; }
findings() { ls allocheck-out/findings | tr '\n' ' '; }
leaves_nothing() { [ -z "$(ls temporary)" ] || fail "left after: $(ls temporary)"; }

# campaign PROGRAMS ALLOCATOR OPTION...: expects a finding. Bounded by programs, whatever the machine.
campaign() {
    expect 1 "$broken" fuzz --engine "$engine" --programs "$1" --seconds 1500 --seed 7 \
        --allocator "$2" "${@:3}"
    leaves_nothing
}

# The printed command reproduces the finding.
reproduces() {
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out | head -1)
    [ -n "$command" ] || fail "no command that reproduces it"
    eval "expect 1 \"$broken\" $command"
    says out ", 1 with a finding$"
}

# finds ORACLE ALLOCATOR OPTION...: the engine must find it; the seeds, which run first, must not.
finds() {
    campaign 2000000 "${@:2}"
    says out "^finding: $1 on $2" && says out "^1 finding:"
    ! grep -q "a generated program" out || fail "found among the seeds"
    [[ "$(findings)" =~ ^$1-[a-z_]+-[0-9a-f]{8}\ $ ]] || fail "kept: $(findings)"
    reproduces
    expect 1 "$broken" run --allocator "$2" allocheck-out/findings/*/input # as the engine made it
    says out "finding: $1 on $2"
}

case_answer() { finds aligned alignment-by-size; }
case_end_of_process() { finds survives rare; }

case_seed() {
    campaign 2000000 unmaps-unrounded
    says out "^finding: page-log on unmaps-unrounded" && says out "found by  a generated program"
    reproduces
}

# Visible only when a kept input runs again.
case_replayed() {
    campaign 2000000 remembers-last-heap
    says out "^finding: deterministic on remembers-last-heap"
    reproduces
}

# Needs many inputs of one process, joined into one program, which would take half a minute to shrink.
case_joined() {
    campaign 2000000 weary --shrink-seconds 5
    says out "^finding: zeroed on weary"
    grep -q '^# Joined with the [0-9]* programs before it' allocheck-out/findings/*/shrunk.ops ||
        fail "not joined"
    reproduces
}

# Needs two inputs of one process, and no program shows it: they are kept one by one.
case_process() {
    [ "$engine" = libfuzzer ] || return 0 # a replay of one input shows it to AFL++ first
    campaign 2000000 reopened
    says out "; confirmed in the engine's process;$" && says out "^ +shrunk to 2 programs in one process, 2 of "
    eval "expect 1 \"$broken\" $(sed -n 's/^ *reproduce allocheck //p' out | head -1)"
    says out "process-2.ops: finding: zeroed on reopened$"
}

# libFuzzer ends at the memory limit and restarts. AFL++ has no such limit.
case_memory() {
    local programs=20000
    [ "$engine" = libfuzzer ] || programs=4000
    expect 0 "$broken" fuzz --engine "$engine" --allocator hoarder --memory 128M \
        --programs $programs --seconds 1500 --oracles=-no-growth
    says out "^clean: no finding in [1-9][0-9]* programs$" && says out "; done$"
    [ "$engine" = afl ] || says out "^  incomplete +[1-9][0-9]* at the memory limit"
    leaves_nothing
}

case_keep_going() {
    campaign 10000 twice --keep-going --jobs 2
    says out "^finding: zeroed on twice" && says out "^finding: survives on twice"
    says out "; done$" && says out "^[2-9] findings:"
    says out "^  went on after +[1-9][0-9]* checks? that failed as known$"
}

# A kept input ends the process when it is loaded again; the campaign continues.
case_starts_again() {
    campaign 3000 weary --keep-going --shrink-seconds 5
    says out "^finding: zeroed on weary" && says out "; done$"
}

# What is left out of the programs is left out when the engine runs an input, and when the campaign does.
case_without() {
    local target
    target=$(dirname "$broken")/allocheck-$engine
    printf 'ops 1\np0 = malloc 31\nfree_sized p0\n' | "$broken" convert --to bytes --text -o input -
    export ALLOCHECK_ALLOCATOR=sized-misjudges-canary
    expect 0 env ALLOCHECK_WITHOUT=calloc,free_sized "$target" input
    ! "$target" input >out 2>&1 && says out "^finding: no-false-alarm on" || fail "no finding in free_sized"
    ! ALLOCHECK_WITHOUT=none "$target" input >out 2>&1 && says out "unknown function or trait: none" || fail "no error"
    export ALLOCHECK_WITHOUT=
    # What the campaign knows by now: programs with any op lead to known findings, or none does.
    printf '\377\377\377\377\377\377\377\377' >all && : >nothing
    expect 0 env ALLOCHECK_KNOWN=all "$target" input
    ! ALLOCHECK_KNOWN=nothing "$target" input >out 2>&1 && says out "^finding: no-false-alarm on" || fail "skipped"
    campaign 6000 sized-misjudges-canary --oracles no-false-alarm && rm -r allocheck-out
    expect 0 "$broken" fuzz --engine "$engine" --programs 600 --seconds 1500 --seed 7 --oracles no-false-alarm \
        --allocator sized-misjudges-canary --without free_sized
    says out "; done$" && leaves_nothing
}

case_clean() {
    expect 0 "$allocheck" fuzz --engine "$engine" --allocator libc --programs 20000 \
        --seconds 1500 --jobs 2
    says out "^$engine on libc: [1-9][0-9]* programs in " && says out "^clean: no finding in [1-9][0-9]* programs$"
    says out " [1-9][0-9]* ops, [1-9][0-9]* calls, [1-9][0-9]* behaviours, [1-9][0-9]* programs? replayed"
    leaves_nothing
}

case_programs() {
    expect 0 "$allocheck" fuzz --engine "$engine" --allocator libc --programs 600 --seconds 1500
    says out "; done$"
    ! grep -q "not replayed" out || fail "dropped"
    local programs
    programs=$(sed -n "s/^$engine on libc: \([0-9]*\) programs.*/\1/p" out)
    [ "$programs" -ge 600 ] && [ "$programs" -lt 3000 ] || fail "$programs programs"
}

# The engine has stored an input.
has_stored() {
    compgen -G 'temporary/*/kept/*' >stored || compgen -G 'temporary/*/sync/job0/queue/id:*' >stored
}

# --seconds ends it if this test is killed.
case_interrupt() {
    local got=0
    env --default-signal=INT "$allocheck" fuzz --engine "$engine" --allocator libc --seconds 900 >out 2>err &
    wait_until $! grep -q ' new [0-9]*:[0-9]* ago' out
    wait_until $! has_stored
    kill -s INT $!
    wait $! || got=$?
    [ "$got" = 5 ] || fail "exit status $got"
    says out "^$engine on libc.*; interrupted" && says out "^no finding in [1-9]"
    says out " programs? replayed$|^  not replayed +[1-9][0-9]* corpus inputs?$|under the replay oracles: out of time"
    leaves_nothing
}

touch out err
"case_$1"
