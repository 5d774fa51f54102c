#!/usr/bin/env bash
# `allocheck shrink', case by case: results, output, exit status.
# usage: shrink_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing broken allocators)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

says() { grep -qE -e "$2" "$1" || fail "no '$2' in standard $1"; }
refuses() { says err "$1" && [ ! -s out ] || fail "it wrote something"; }

# left FILE LINE...: the program of a file, without comments.
left() {
    local file=$1
    shift
    diff <(printf '%s\n' 'ops 1' "$@") <(grep -v '^#' "$file") >difference || fail "$file is not what is expected"
}

# shrinks FILE ALLOCATOR ORACLE LINE...: the result is these lines, which show the finding when run.
shrinks() {
    local file=$1 allocator=$2 oracle=$3
    shift 3
    rm -f left.ops
    expect 0 "$broken" shrink --allocator "$allocator" "$file" -o left.ops
    says err "^minimal: no single step makes it simpler$" && says out "^finding: $oracle on $allocator$"
    left left.ops "$@"
    local shown="# Shows a finding of $oracle on $allocator."
    ! grep -q '^# expect: finding' "$file" || shown="# expect: finding $oracle on $allocator"
    grep -qx "$shown" left.ops || fail "no '$shown'"
    [[ $shown != "# expect"* ]] || green "$allocator"
    [[ $shown == "# expect"* ]] || red "$allocator"
}

# One that expects the finding passes while it is there.
green() { expect 0 "$broken" run --allocator "$1" left.ops && says out "1 with the expected finding"; }

# Any other fails while the bug is there.
red() { expect 1 "$broken" run --allocator "$1" left.ops && says out ", 1 with a finding$"; }

write_dirty() {
    cat >dirty.ops <<'END'
# why this is kept
# expect: finding zeroed on another
# and where it comes from
ops 1
with source=brk quirks=gaps seed=4
p9 = malloc 24
repeat 3: p1 = malloc 33
free p9
p7 = calloc 33 4
p7 = realloc p7 2000
END
}

case_finding_is_kept() {
    write_dirty
    shrinks dirty.ops broken zeroed 'p0 = calloc 1 1'
    says_first left.ops '# why this is kept' && says_first left.ops '# and where it comes from'
    grep -q '^# Shrunk from 5 ops and 9 operands to 1 and 2; minimal.$' left.ops ||
        fail "the original size is missing"
    [ "$(grep -c '^# expect' left.ops)" = 1 ] || fail "the old expectation is still there"
}

says_first() { head -3 "$1" | grep -qxF "$2" || fail "no '$2' on top of $1"; }

# Superfluous threads, exits and refusals go.
case_threads() {
    printf '%s\n' 'ops 1' 'with threads=4 quirks=gaps' 'on 1: p0 = malloc 24' 'on 3: p5 = malloc 77' \
        'on 2: free p0' 'exit 1' 'refuse 3' 'on 3: p1 = calloc 1 24' >threads.ops
    shrinks threads.ops empty-counts-as-new zeroed 'p0 = malloc 17' 'free p0' 'p0 = calloc 1 17'
    grep -q '^# Shrunk from 6 ops and 12 operands to 3 and 3, from 4 threads to 1; minimal' left.ops ||
        fail "the original size is missing: $(head -1 left.ops)"
}

case_standard_output() {
    write_dirty
    expect 0 "$broken" shrink dirty.ops && left out 'p0 = calloc 1 1'
    "$broken" shrink dirty.ops 2>err | "$broken" run --text - >out || fail "it does not run"
    says out "1 with the expected finding"
    expect 0 "$broken" shrink --text - <dirty.ops && left out 'p0 = calloc 1 1'
    expect 0 "$allocheck" convert --to bytes dirty.ops -o bytes && expect 0 "$broken" shrink bytes -o text.ops
    left text.ops 'p0 = calloc 1 1'
}

case_what_was_shrunk_shrinks_no_more() {
    write_dirty
    shrinks dirty.ops broken zeroed 'p0 = calloc 1 1'
    expect 0 "$broken" shrink left.ops -o again.ops && cp again.ops out
    [ "$(grep -c '^# Shrunk' again.ops)" = 1 ] || fail "the earlier comment is still there"
    left again.ops 'p0 = calloc 1 1'
}

# One finding for each way to notice one: the end of the process, the page source, the end of the program, a
# second run, many runs.
case_kinds_of_findings() {
    printf 'ops 1\np3 = malloc 9\nrepeat 7: p2 = malloc 501\nfree p3\n' >death.ops
    shrinks death.ops broken survives 'p0 = malloc 501'
    printf 'ops 1\nrepeat 3: p5 = malloc 9000\nfree p5\nfree p6\np5 = malloc 1\n' >pages.ops
    shrinks pages.ops unmaps-unrounded page-log 'p0 = malloc 2049'
    printf 'ops 1\np1 = malloc 8\nrepeat 200: p2 = malloc 16\ncheck p1\n' >end.ops
    shrinks end.ops walks-boundary-twice statistics 'repeat 65: p0 = malloc 0'
    printf 'ops 1\np1 = malloc 200000\nfree p1\np1 = malloc 100000\n' >growth.ops
    shrinks growth.ops loses-large-runs no-growth 'p0 = malloc 61377'
}

# `left-N` becomes the least number that shows the finding, and stays where none does.
case_left() {
    printf 'ops 1\np4 = malloc 2800000\np5 = calloc 1 left-8\n' >number.ops
    shrinks number.ops brimful zeroed 'p0 = malloc 2500000' 'p1 = calloc 1 1200000'
    printf 'ops 1\np9 = malloc 5\nrepeat 3: p4 = malloc left-7\n' >symbol.ops
    shrinks symbol.ops brimful survives 'repeat 3: p0 = malloc left'
}

# `largest' becomes a free and a request.
case_largest() {
    printf 'ops 1\np2 = malloc 24\np3 = malloc 48\np5 = largest\np6 = calloc 1 24\n' >largest.ops
    shrinks largest.ops empty-counts-as-new zeroed 'p0 = malloc 17' 'free p0' 'p0 = calloc 1 17'
    printf 'ops 1\np4 = malloc 777\nfree p4\np5 = malloc 5\np5 = largest\n' >death.ops
    shrinks death.ops brimful survives 'p0 = malloc 777' 'p1 = malloc 777'
}

# The result does not depend on the number of processes.
case_jobs() {
    write_dirty
    printf 'ops 1\nrepeat 9: p1 = malloc 24\np1 = calloc 9 9\nfree p3\np4 = realloc p4 900\np4 = realloc p4 9000\n' >copy.ops
    local jobs input
    for input in 'dirty.ops broken' 'copy.ops copies-word-less'; do
        for jobs in 1 2 5; do
            expect 0 "$broken" shrink --jobs $jobs --allocator "${input#* }" "${input% *}" -o "left-$jobs.ops"
            cmp left-1.ops "left-$jobs.ops" || fail "$jobs jobs give another result"
        done
    done
}

# A finding that only every other process shows is flaky: candidates run several times.
case_flaky() {
    printf 'ops 1\np1 = malloc 24\np2 = calloc 9 9\nfree p1\nfree p2\n' >flaky.ops
    expect 0 "$broken" shrink --jobs 1 --allocator flaky flaky.ops -o left.ops
    says err "^flaky: [1-9] of 10 runs of the input show it, [1-9] of 10 of the result$"
    grep -qE '^# Not every run shows it: [1-9] of 10 did\.$' left.ops || fail "the comment is missing"
    left left.ops 'p0 = calloc 1 1'
}

case_no_finding() {
    printf 'ops 1\np0 = malloc 24\nfree p0\n' >clean.ops
    expect 2 "$broken" shrink clean.ops -o left.ops
    refuses "clean.ops: nothing to shrink: it shows no finding on broken$"
    [ ! -e left.ops ] || fail "a file was written"
    expect 2 "$broken" shrink --oracles survives - </dev/null && refuses "-: nothing to shrink"
}

case_hang() {
    printf 'ops 1\nrefuse 1\np3 = malloc 64\np4 = malloc 24\np5 = malloc 64\ncheck p4\n' >hang.ops
    expect 0 "$broken" shrink --allocator failure-keeps-lock --call-time 0.2 hang.ops -o left.ops
    says out "^finding: liveness on failure-keeps-lock" && says out "reproduce .* --call-time=0.2 left.ops"
    [ "$(grep -cv '^#' left.ops)" -le 4 ] || fail "it is too long"
    expect 1 "$broken" run --call-time 0.2 --allocator failure-keeps-lock left.ops
}

# long_program: takes long to shrink, because ninety sizes must be lowered one by one.
long_program() {
    printf 'ops 1\n'
    for i in $(seq 120); do printf 'p%d = malloc %d\n' "$i" $((20000 - i * 37)); done
    printf 'p0 = calloc 1 1\n'
}

# The simplest program so far is written, and shows the finding.
shows_what_is_left() {
    says err "^not minimal: stopped early$"
    grep -q '^# Shrunk from 121 ops .*; not minimal.$' left.ops || fail "the comment is missing"
    grep -v '^#' left.ops | sed -n 2p | grep -q '^p0 = ' || fail "the slots do not begin with p0"
    red weary
}

case_seconds() {
    long_program >long.ops
    expect 0 "$broken" shrink --allocator weary --seconds 1 long.ops -o left.ops
    shows_what_is_left
}

case_interrupt() {
    long_program >long.ops
    local got=0
    env --default-signal=INT "$broken" shrink --allocator weary long.ops -o left.ops >out 2>err &
    wait_until $! grep -q ' candidates$' err
    kill -s INT $!
    wait $! || got=$?
    [ "$got" = 0 ] || fail "exit status $got"
    shows_what_is_left
}

case_unwritable_output() {
    write_dirty
    expect 2 "$broken" shrink dirty.ops -o /proc/no/such.ops && refuses "/proc/no/such.ops: cannot write: No such file"
    mkdir folder
    expect 2 "$broken" shrink dirty.ops -o folder && refuses "folder: "
    [ "$(ls folder)" = "" ] || fail "a file was left behind"
    "$broken" shrink dirty.ops >/dev/full 2>err && fail "the write error was not noticed"
    : >out && says err "standard output: cannot write: No space"
}

case_bad_options() {
    expect 2 "$allocheck" shrink && refuses "missing INPUT"
    expect 2 "$allocheck" shrink a b && refuses "unexpected argument 'b'"
    expect 2 "$allocheck" shrink --jobs 0 a && refuses "expected a number from 1 to 256, not '0'"
    expect 2 "$allocheck" shrink --seconds 0 a && refuses "expected a positive number of seconds, not '0'"
    expect 2 "$allocheck" shrink missing.ops && refuses "missing.ops: cannot read: No such file"
    printf 'ops 1\np0 = mallok 9\n' >wrong.ops
    expect 2 "$allocheck" shrink wrong.ops && refuses "wrong.ops:2:"
}

touch out err
"case_$1"
