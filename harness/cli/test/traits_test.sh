#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: traits_test.sh CASE ALLOCHECK LIBRARIES PROGRAMS: what an allocator documents is no finding.
#
# library/traits.c has one trait at a time. Without a profile it is measured, and PROGRAMS programs find
# nothing, or only the oracle that a deviation from C or POSIX fails. With a profile that declares the
# trait they find nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
allocheck=$2
libraries=$3
programs=$4
source "$here/scratch.sh"

# campaign STATUS LIBRARY [OPTION...]
campaign() {
    local status=$1 library=$2
    shift 2
    rm -rf campaign
    expect "$status" "$allocheck" fuzz -a "$libraries/lib$library.so" --engine random --seed 1 \
        --programs "$programs" -o campaign "$@"
}

clean() {
    campaign 0 "$@"
    says out "clean: no finding in $programs programs"
}

# red ORACLE LIBRARY [OPTION...]: the first finding is that oracle's.
red() {
    local oracle=$1
    shift
    campaign 1 "$@"
    says out "finding: $oracle on "
}

# trait NAME ORACLE PROFILE: ORACLE is `-' if C and POSIX leave the trait open. What `profile` calls a
# deviation is reported, and the campaign goes on.
trait() {
    export TRAIT=$1
    echo "{\"name\": \"$1\", $3}" >declared.json
    if [ "$2" = - ]; then clean traits; else red "$2" traits; fi
    case $2 in aligned | errno) says out ": $programs programs in " ;; esac
    clean traits --profile declared.json
}

# holds PROFILE, fails KEY PROFILE: what `profile` says of a declared profile.
holds() {
    echo "{$1}" >declared.json
    expect 0 "$allocheck" profile -a "$libraries/libtraits.so" --profile declared.json
}
fails() {
    echo "{$2}" >declared.json
    expect 1 "$allocheck" profile -a "$libraries/libtraits.so" --profile declared.json
    says err "declared.json: key $1 does not hold"
}

# Each exemption taken back: an allocator that declares to do without it.
case_no_trait() {
    export TRAIT=none
    clean traits
    echo '{"min_alignment": 16, "may_refuse_freed_size": false, "may_refuse_shrink": false,
           "usable_may_grow": false, "realloc_keeps_usable": true,
           "zero": {"malloc": "block", "calloc": "block", "realloc": "block"}}' >strict.json
    clean traits --profile strict.json
}

case_align_four() {
    trait align4 aligned '"min_alignment": 4'
    red aligned traits --profile <(echo '{"min_alignment": 8}')
    fails min_alignment '"min_alignment": 8'
}

case_align_eight() {
    trait align8 aligned '"min_alignment": 8'
}

# A full pool refuses 0 bytes, a size just freed and a shrinking realloc that moves.
case_pool() {
    trait pool - '"fixed_pool": true, "zero": {"malloc": "block", "calloc": "block", "realloc": "block"}'
    red zero-size traits --profile <(echo '{"zero": {"malloc": "block"}}')
}

case_one_time() {
    trait one-time - '"fixed_pool": true, "may_refuse_freed_size": true, "may_grow": true'
    expect 0 "$allocheck" fuzz -a "$libraries/libtraits.so" --engine exhaustive --depth 2 -o campaign
    red must-succeed traits --profile <(echo '{"may_refuse_freed_size": false}')
    fails may_refuse_freed_size '"may_refuse_freed_size": false'
}

case_arena() {
    trait arena - '"fixed_pool": true, "may_refuse_freed_size": true'
    fails may_refuse_freed_size '"may_refuse_freed_size": false'
}

case_largest_request() {
    trait largest - '"largest_request": 32768'
    TRAIT=none red must-fail traits --profile declared.json
    TRAIT=none fails largest_request '"largest_request": 32768'
}

# POSIX has no limit for posix_memalign, whose EINVAL means something else.
case_largest_alignment() {
    export TRAIT=largest-alignment
    red errno traits
    clean traits --profile <(echo '{"largest_alignment": 64}')
}

case_refuses_to_shrink() {
    trait refuses-shrink - '"may_refuse_shrink": true'
    red must-succeed traits --profile <(echo '{"may_refuse_shrink": false}')
    fails may_refuse_shrink '"may_refuse_shrink": false'
}

case_null() {
    trait null survives '"null_not_offered": ["free", "realloc", "malloc_usable_size"]'
    holds '"null_not_offered": ["free", "realloc", "malloc_usable_size"]'
    echo '{"null_not_offered": ["free", "realloc"]}' >declared.json
    expect 1 "$allocheck" profile -a "$libraries/libtraits.so" --profile declared.json --json
    says err "malloc_usable_size(NULL): SIGSEGV" && ! grep -q "realloc(NULL\|free(NULL" err || fail "declared, but a bug"
}

case_zero_apart() {
    trait zero-apart - '"zero": {"malloc": "block", "calloc": "null", "realloc": "null",
        "reallocarray": "block", "aligned_alloc": "null"},
        "resize_zero": {"realloc": "block", "reallocarray": "frees"}'
    red zero-size traits --profile <(echo '{"zero": {"malloc": "block", "calloc": "block"}}')
    fails zero.calloc '"zero": {"calloc": "block"}'
}

case_usable_grows() {
    trait usable-grows - '"usable_may_grow": true'
    red usable traits --profile <(echo '{"usable_may_grow": false}')
    fails usable_may_grow '"usable_may_grow": false'
}

case_loses_slack() {
    trait loses-slack - '"realloc_keeps_usable": false'
    red preserved traits --profile <(echo '{"realloc_keeps_usable": true}')
}

# malloc_usable_size(3) lets the caller write these bytes.
case_guards_slack() {
    trait guards-slack survives '"slack_reserved": true'
}

case_no_errno() {
    trait no-errno errno '"errno_guaranteed": {"malloc": []}'
    red errno traits --profile <(echo '{"errno_guaranteed": {"malloc": ["above_ptrdiff_max"]}}')
    fails errno_guaranteed.malloc '"errno_guaranteed": {"malloc": ["above_ptrdiff_max"]}'
}

case_free_changes_errno() {
    trait free-errno errno '"free_changes_errno": true'
    fails free_changes_errno '"free_changes_errno": false'
}

# The exported profile declines quirks and the op foreign_brk, which are counted.
case_own_break() {
    clean own_break
    red in-bounds own_break_undeclared
    printf 'ops 1\nwith source=brk quirks=foreign_brk\np0 = malloc 24\nforeign_brk 64\np1 = malloc 9000\n' \
        >break.ops
    expect 0 "$allocheck" run -a "$libraries/libown_break.so" break.ops
    expect 1 "$allocheck" run -a "$libraries/libown_break_undeclared.so" break.ops
    says out "finding: in-bounds"
}

# Behaviours depend on addresses.
counts() { grep -E '^  (ran|ops skipped|never checked)' out | sed 's/, [0-9,]* behaviours//'; }

# A written profile finds what the measured one finds, except that it accepts deviations.
case_round_trip() {
    for trait in none pool arena refuses-shrink zero-apart usable-grows; do
        export TRAIT=$trait
        expect 0 "$allocheck" profile -a "$libraries/libtraits.so" --json -o written.json
        expect 0 "$allocheck" profile -a "$libraries/libtraits.so" --profile written.json
        programs=1000
        clean traits && counts >measured
        clean traits --profile written.json && counts >read
        cmp measured read || fail "$trait: not the same"
    done
    for trait in align4 align8 free-errno; do
        export TRAIT=$trait
        "$allocheck" profile -a "$libraries/libtraits.so" --json -o written.json >/dev/null || true
        clean traits --profile written.json
    done
}

touch out err
"case_$1"
