#!/usr/bin/env bash
# `allocheck compare` on allocators that differ in one property (differing.c).
# usage: compare_test.sh CASE ALLOCHECK DIFFERING CORPUS
set -euo pipefail
allocheck=$(realpath "$2") differing=$(realpath "$3") corpus=$(realpath "$4")
. "$(dirname "$0")/scratch.sh"

# pair STATUS OTHER ARGUMENT...: `even` against another.
pair() {
    local wanted=$1 other=$2
    shift 2
    expect "$wanted" "$differing" compare -a even -a "$other" "$@"
}

says_not() { ! grep -qF -e "$2" "$1" || fail "'$2' in standard $1"; }

large() { printf 'ops 1\np0 = malloc 24\np1 = malloc 102400\np0 = realloc p0 48\n'; }
impossible() { printf 'ops 1\np0 = malloc 24\np1 = malloc max-7\nfree p0\n'; }
resized() { printf 'ops 1\np0 = malloc 24\np0 = realloc p0 4096\nfree p0\n'; }
nothing() { printf 'ops 1\np0 = malloc 24\np1 = malloc 0\nfree p1\n'; }

# Equal allocators: answers are compared, and there is no finding.
case_even_ones_agree() {
    large >a.ops && impossible >b.ops && resized >c.ops && nothing >d.ops
    pair 0 also-even a.ops b.ops c.ops d.ops
    says out "even and also-even: 9 answers compared in 4 of 4 programs, 0 not comparable, 0 with a"
}

case_null_or_not() {
    large >a.ops && resized >b.ops
    pair 0 no-100-kib b.ops
    pair 1 no-100-kib a.ops b.ops
    says out "a.ops: finding: agreement on even and no-100-kib"
    says out "->   1  p1 = malloc 102400"
    says out "actual    even: a block; no-100-kib: NULL, ENOMEM"
    says out "5 answers compared" && says out "1 with a disagreement"
    says_not out "b.ops:"
}

# After a refusal, requests differ; equal ones are compared again later.
case_what_follows_is_passed_by() {
    printf 'ops 1\np1 = malloc 102400\np1 = realloc p1 64\np2 = malloc 8\nfree p1\n' >a.ops
    pair 1 no-100-kib a.ops
    says_not out "more "
    says out "2 answers compared in 1 of 1 programs, 1 not comparable, 1 with a disagreement"
    printf 'ops 1\nrepeat 3: p1 = malloc 102400\n' >a.ops
    pair 1 no-100-kib a.ops && says out "3 answers of this program differ in total"
}

case_errno() {
    impossible >a.ops
    pair 1 errno-other a.ops && says out "finding: errno on errno-other"
    pair 1 errno-other -O agreement a.ops && says_not out "finding: errno"
    says out "actual    even: NULL, ENOMEM; errno-other: NULL, EAGAIN"
    pair 0 errno-other-allowed a.ops && says out "2 answers compared"
}

case_content() {
    resized >a.ops
    pair 1 content-lost a.ops
    says out "finding: preserved on content-lost" && says out "finding: agreement on even and"
    pair 1 content-lost -O agreement a.ops && says_not out "finding: preserved"
    says out "even: a block, content as required; content-lost: a block, content lost"
}

case_zero_size() {
    nothing >a.ops
    pair 1 zero-null -O agreement a.ops && says out "actual    even: a block; zero-null: NULL"
    pair 1 zero-null a.ops && says out "finding: zero-size on zero-null"
    pair 0 zero-null-allowed a.ops && says out "1 answers compared"
}

# The printed command shows the same disagreement again.
case_reproduce() {
    mkdir "a folder" && large >"a folder/it's.ops"
    pair 1 no-100-kib -O agreement "a folder"
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out)
    [ -n "$command" ] || fail "no command that reproduces it"
    cp out before && (eval "\"$differing\" $command" >out 2>err) && fail "'$command' is clean"
    grep finding: before | cmp - <(grep finding: out) || fail "another finding"
}

case_more_than_two() {
    large >a.ops
    expect 1 "$differing" compare -a even -a also-even -a no-100-kib a.ops
    says out "even and also-even: 3 answers compared in 1 of 1 programs, 0 not comparable, 0 with"
    says out "even and no-100-kib: 3 answers compared in 1 of 1 programs, 0 not comparable, 1 with"
    [ "$(grep -c finding: out)" = 1 ] || fail "not one finding"
}

case_expectations() {
    { echo '# expect: finding agreement on no-100-kib' && large; } >a.ops
    pair 0 no-100-kib a.ops && pair 0 also-even a.ops
    expect 0 "$differing" run -a no-100-kib a.ops
    { echo '# expect: finding agreement on also-even' && large; } >a.ops
    pair 1 also-even a.ops && says out "expected finding not shown: agreement on also-even"
    { echo '# expect: finding preserved on content-lost' && resized; } >b.ops
    pair 0 content-lost b.ops && says out "1 with the expected finding"
}

case_usage() {
    large >a.ops
    expect 2 "$differing" compare -a even a.ops && says err "missing --allocator; give two or more"
    expect 2 "$differing" compare a.ops && says err "missing --allocator; give two or more"
    pair 2 even a.ops && says err "two allocators are named 'even'"
    pair 2 also-even && says err "missing PATH"
    pair 2 none a.ops && says err "unknown allocator 'none'"
    pair 2 also-even missing.ops && says err "missing.ops: cannot read: No such file"
    pair 3 also-even --timeout 0.0001 "$corpus/trace" && says err "s expired"
}

case_nothing_compared() {
    printf 'ops 1\nfree p0\n' >a.ops
    pair 2 also-even a.ops && says err "nothing was compared between even and also-even"
    large >b.ops
    pair 2 also-even -O intact b.ops && says err "nothing was compared"
}

# slate and the C library agree on every answer that both guarantee.
case_slate_agrees_on_seeds() {
    "$allocheck" list allocators | grep -q '^slate ' || return 0
    expect 0 "$allocheck" compare -a libc -a slate "$corpus/seed"
    local compared
    compared=$(sed -n 's/^libc.* and slate: \([0-9]*\) answers.*/\1/p' out)
    [ "$compared" -gt 1000 ] || fail "only $compared answers compared"
}

touch out err
"case_$1"
