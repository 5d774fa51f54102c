#!/usr/bin/env bash
# `allocheck fuzz`, case by case: what it finds, keeps, says, and how it ends.
# usage: fuzz_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing broken allocators)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    echo "--- standard output" >&2 && cat out >&2
    echo "--- standard error" >&2 && cat err >&2
    exit 1
}

# expect STATUS TOOL ARGUMENT...: runs a tool, keeps what it says in `out` and `err`.
expect() {
    local wanted=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "$*: exit status $got, expected $wanted"
}

says() { grep -qE -e "$2" "$1" || fail "no '$2' in standard $1"; }
findings() { ls allocheck-out/findings | tr '\n' ' '; }

# Runs the command that was printed with the finding: it shows the same oracle.
reproduces() {
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out | head -1)
    [ -n "$command" ] || fail "no command that reproduces it"
    eval "expect 0 \"$broken\" $command"
    says out "^allocheck-out/findings/.*: finding: $1 on " && says out "1 with the finding they expect"
}

case_finding_is_kept() {
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    says out "^finding: zeroed on broken" && says out "1 finding:"
    says out "^ +->   0  p[0-9]+ = calloc " && says out "; 1 of [0-9]+ ops are left"
    [[ "$(findings)" =~ ^zeroed-calloc-[0-9a-f]{8}.ops\ $ ]] || fail "kept: $(findings)"
    grep -q '^# expect: finding zeroed on broken$' allocheck-out/findings/* || fail "no expectation"
    reproduces zeroed
}

case_clean() {
    expect 0 "$allocheck" fuzz --allocator libc --seed 1 --programs 300 --oracles -no-growth
    says out ": 300 programs, [1-9][0-9]* ops, [1-9][0-9]* calls" && says out "^0 findings$"
    [ -z "$(findings)" ] || fail "kept: $(findings)"
}

case_bad_options() {
    expect 2 "$allocheck" fuzz --engine none && says err "no engine is called 'none'"
    expect 2 "$allocheck" fuzz --seconds soon && says err "expected seconds above 0, not 'soon'"
    expect 2 "$allocheck" fuzz --jobs 0 && says err "expected a number from 1 to 256, not '0'"
    expect 2 "$allocheck" fuzz --seed -1 && says err "not '-1'"
    expect 2 "$allocheck" fuzz --programs 0 && says err "not '0'"
    expect 2 "$allocheck" fuzz -o '' && says err "expected the name of a folder"
    expect 2 "$allocheck" fuzz missing.ops --programs 1 && says err "missing.ops: No such file"
}

case_unwritable_folder() {
    touch file
    expect 2 "$allocheck" fuzz -o file --programs 10 && says err "file/findings: Not a directory"
    expect 2 "$allocheck" fuzz -o no/such --programs 10 && says err "no/such: No such file"
    expect 2 "$allocheck" fuzz -o /proc --programs 10 && says err "/proc/findings: "
    ! grep -q '^fuzz:' out || fail "it began"
}

touch out err
"case_$1"
