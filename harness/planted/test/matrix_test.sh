#!/usr/bin/env bash
# The program `matrix`, case by case: its table, its messages and its exit status.
# usage: matrix_test.sh CASE MATRIX
set -euo pipefail
matrix=$(realpath "$2")
. "$(dirname "$0")/../../cli/test/scratch.sh"

case_usage() {
    expect 2 "$matrix" zeroed && says err "unexpected argument 'zeroed'"
    expect 2 "$matrix" --seed -1 && says err "expected a number of at least 0, not '-1'"
    expect 2 "$matrix" --programs 0 && says err "expected a number of at least 1, not '0'"
    expect 2 "$matrix" --planted none && says err "unknown planted-bug allocator 'none'"
    expect 2 "$matrix" --oracles bogus && says err "'bogus'"
    expect 0 "$matrix" --help && says out "Example:"
}

# A bug whose oracle is off may survive; an oracle that finds nothing where it should fails.
case_planted() {
    expect 0 "$matrix" --planted empty-counts-as-new --programs 500
    says out "1 planted-bug allocators, 0 failures"
    grep -qE '^empty-counts-as-new .* zeroed +zeroed ' out || fail "not found by zeroed"
    expect 0 "$matrix" --planted empty-counts-as-new --oracles=-zeroed --programs 500
    grep -qE '^empty-counts-as-new .* zeroed +\(survives\) +500 ' out || fail "did not survive"
    grep -qE '^zeroed +\(off\)' out || fail "zeroed is not off"
    expect 1 "$matrix" --planted trims-below-list --programs 1
    says out "FAILED: trims-below-list: expected must-succeed, but nothing was found"
}

touch out err
"case_$1"
