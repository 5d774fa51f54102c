#!/usr/bin/env bash
# Shared objects under test, case by case: message, exit status, and who calls the library.
# usage: library_test.sh CASE ALLOCHECK LIBRARIES   (LIBRARIES: the folder of the test's own)
set -euo pipefail
allocheck=$(realpath "$2") libraries=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    echo "--- standard output" >&2 && cat out >&2
    echo "--- standard error" >&2 && cat err >&2
    exit 1
}

# expect STATUS LIBRARY ARGUMENT...: runs it.ops, keeps what is said in `out` and `err`.
expect() {
    local wanted=$1 library=$2 got=0
    shift 2
    "$allocheck" run --allocator "$library" "$@" it.ops >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "$library: exit status $got, expected $wanted"
}

says() { grep -qF -e "$2" "$1" || fail "no '$2' in standard $1"; }
one_line() { [ "$(wc -l <err)" = 1 ] && [ ! -s out ] || fail "more than one line"; }
program() { { echo "ops 1" && printf '%s\n' "$@"; } >it.ops; }

# rejects LIBRARY MESSAGE: status 2, one line that names the library as it was named.
rejects() {
    program "p0 = malloc 24"
    expect 2 "$1" && one_line
    says err "allocheck run: $1: $2"
}

# What each library of counting.c does, whatever the way it is loaded.
counts_and_breaks() {
    local library=$1 name=$2
    program "p0 = malloc 24" "p0 = realloc p0 300" "p1 = calloc 9 9" "free p0" "p0 = malloc 31"
    expect 0 "$library" && says out "$name: 1 of 1 run"
    program "p0 = malloc 24" "p1 = calloc 9 9" "p2 = realloc p0 40" "p3 = malloc 7001"
    expect 1 "$library" && says out "malloc was called 3 times" # calloc's inner call is one
    says out "finding: survives on $name" && says out "->   3  p3 = malloc 7001"
    says out "exit(9) in the call" && says out "reproduce allocheck run --allocator $library"
    program "p0 = malloc 24" "p1 = malloc 501"
    expect 1 "$library" && says out "the heap is broken, giving up"
    says out "SIGABRT in the call" && says out "->   1  p1 = malloc 501"
    program "p0 = malloc 77" "free p0"
    expect 1 "$library" && says out "exit(3) in the call" && says out "->   1  free p0"
    { echo "# expect: finding zeroed on $name" && program "p0 = calloc 3 11" && cat it.ops; } >a.ops
    mv a.ops it.ops
    expect 0 "$library"
}

case_dlopen() { counts_and_breaks "$libraries/libcounting.so" counting; }

case_names_of_its_own() {
    program "p0 = malloc 24" "p0 = reallocarray p0 3 9" "p1 = aligned_alloc 16 32"
    expect 0 "$libraries/libcounting.so" --inline --counts
    grep -qE "ops not offered +2$" out || fail "not two ops that are not offered"
}

case_no_allocator() {
    rejects "$libraries/libno_free.so" "no allocator: it exports no free of its own"
    rejects "$libraries/libhelper.so" "no allocator: it exports no malloc of its own"
    echo "no library" >text.so
    rejects ./text.so "file too short"
    printf '%4096s' "no library" >text.so
    rejects ./text.so "invalid ELF header"
    rejects text.so "invalid ELF header"
    rejects ./none.so "No such file or directory"
    rejects / "Is a directory"
}

case_another_machine() {
    head -c 18 "$libraries/libcounting.so" >other.so
    printf '\363\000' >>other.so # e_machine: RISC-V
    tail -c +21 "$libraries/libcounting.so" >>other.so
    rejects ./other.so "cannot open shared object file"
}

case_ends_while_loaded() {
    rejects "$libraries/libaborts.so" \
        "loading it ends the process with SIGABRT; it wrote: this machine is not supported"
}

case_hangs_while_loaded() {
    rejects "$libraries/libhangs.so" "it is still not loaded after 10 s"
}

case_bare_name() {
    program "p0 = malloc 24"
    expect 2 jemalloc && says err "no allocator is called 'jemalloc'"
    says err "a shared object is named by its path"
}

# What a build with AddressSanitizer says of every library.
sanitizer_refuses() {
    rejects "$libraries/libcounting.so" "AddressSanitizer, with which this allocheck is built"
}

case $1 in
sanitizer_refuses) sanitizer_refuses ;;
*) "case_$1" ;;
esac
