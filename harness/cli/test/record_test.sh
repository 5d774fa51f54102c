#!/usr/bin/env bash
# The recorder: known calls become ops, in order, and recorded programs replay.
# usage: record_test.sh ALLOCHECK RECORD_CALLS CASE
set -euo pipefail
allocheck=$(realpath "$1") calls=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    echo "--- standard error" >&2 && cat err >&2
    exit 1
}

# expect STATUS ARGUMENT...: records, keeps its output in `out` and `err`.
expect() {
    local wanted=$1 got=0
    shift
    "$allocheck" record "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "allocheck record $*: exit status $got, expected $wanted"
}

says() { grep -qF -e "$1" err || fail "no '$1' in standard error"; }
only() { [ "$(ls | sort | tr '\n' ' ')" = "$* " ] || fail "files: $(ls | tr '\n' ' ')"; }

# The ops between the two marks, slots renumbered by first appearance.
marked() {
    awk '/= malloc 77777$/ { marks++; getline; next }
         marks == 1 {
             line = ""
             for (i = 1; i <= NF; i++) {
                 if ($i ~ /^p[0-9]+$/) {
                     if (!($i in slot)) slot[$i] = "p" count++
                     $i = slot[$i]
                 }
                 line = line (i > 1 ? " " : "") $i
             }
             print line
         }' "$1"
}

compare() {
    marked calls.ops >got
    diff wanted got >&2 || fail "the ops differ (<: wanted)"
}

replays() {
    local allocator
    for allocator in libc slate; do
        "$allocheck" run --inline --allocator "$allocator" "$1" >out 2>err ||
            fail "$1 does not replay on $allocator"
    done
}

# One line for each op on a block of 4.. or 5.. bytes, and for each thread.
reported() {
    awk -v sizes="$2" '
        $NF ~ sizes && /= malloc/ { name[$(NF - 3)] = $NF; sub(/p[0-9]+ = malloc/, "allocate"); print }
        /free p/ && $NF in name {
            was = name[$NF]
            delete name[$NF]
            sub(/p[0-9]+$/, was)
            print
        }
        /exit/' "$1"
}

case_sequence() {
    expect 0 -o calls.ops -- "$calls"
    cat >wanted <<END
p0 = malloc 24
p1 = calloc 3 40
p0 = realloc p0 100000
free p1
p1 = aligned_alloc 64 128
p2 = posix_memalign 256 10
p3 = memalign 32 5
p4 = memalign $(getconf PAGESIZE) 100
p5 = memalign $(getconf PAGESIZE) $(getconf PAGESIZE)
p6 = reallocarray p6 5 6
p6 = reallocarray p6 7 8
free p7
p7 = realloc p7 9
p7 = realloc p7 0
free p7
p7 = malloc $((0x7fffffffffffffff))
free p7
p0 = realloc p0 $((0x7fffffffffffffff))
free p0
free p1
free p2
free p3
free p4
free p5
free p6
END
    compare
    replays calls.ops
    grep -q '^# expect: clean$' calls.ops || fail "calls.ops has no expectation"
}

case_threads() {
    expect 0 --threads 1 -o calls.ops -- "$calls" threads
    says "the command exited with status 7"
    : >wanted
    local i
    for i in 0 1 2; do
        printf '%s\n' "p0 = malloc 30$i" "free p0" "p0 = calloc 1 20$i" "p0 = realloc p0 5000" \
            "free p0" >>wanted
    done
    compare
    replays calls.ops
    expect 0 -o calls.ops -- "$calls" threads
    grep -q '^with threads=2' calls.ops || fail "calls.ops has no number of threads"
    for i in 0 1 2; do
        printf '%s\n' "p0 = malloc 30$i" "on 1: free p0" "on 1: p0 = calloc 1 20$i" \
            "p0 = realloc p0 5000" "free p0"
    done >wanted
    compare
    replays calls.ops
}

# A later thread takes the number of one that has ended.
case_lives() {
    expect 0 -o calls.ops -- "$calls" lives
    printf '%s\n' "on 1: allocate 401" "on 2: free 401" "on 2: allocate 402" "exit 1" "on 1: allocate 403" \
        "exit 1" "free 403" "free 402" "exit 2" >wanted
    reported calls.ops '^40[1-3]$' >got
    diff wanted got >&2 || fail "the ops differ (<: wanted)"
    ! grep -q share calls.ops err || fail "threads that share a number"
    replays calls.ops
    expect 0 --threads 2 -o calls.ops -- "$calls" lives
    says "2 of the threads share a number with another: at most 2 numbers"
    [ "$(grep -c '^exit' calls.ops)" = 1 ] || fail "a thread ends under two numbers"
}

# More threads at once than a program can have.
case_crowd() {
    expect 0 -o calls.ops -- "$calls" crowd
    says "3 of the threads share a number with another: at most 8 numbers"
    grep -q '^# 3 of the threads share' calls.ops || fail "calls.ops has no comment about it"
    printf 'on %s\n' "1: allocate 500" "2: allocate 501" "3: allocate 502" "4: allocate 503" "5: allocate 504" \
        "6: allocate 505" "7: allocate 506" "1: allocate 507" "2: allocate 508" "3: allocate 509" >wanted
    reported calls.ops '^50[0-9]$' | grep allocate >got
    diff wanted got >&2 || fail "the ops differ (<: wanted)"
    [ "$(grep '^exit' calls.ops | sort | tr '\n' ' ')" = \
        "exit 1 exit 2 exit 3 exit 4 exit 5 exit 6 exit 7 " ] || fail "not each number ends once"
    replays calls.ops
}

case_fork() {
    expect 0 -o calls.ops -- "$calls" fork
    printf '%s\n' "p0 = malloc 11" "free p0" >wanted
    compare
}

# Calls made before exec are not recorded.
case_become() {
    expect 0 -o calls.ops -- "$calls" become fork
    printf '%s\n' "p0 = malloc 11" "free p0" >wanted
    compare
    ! grep -q 'malloc 99$' calls.ops || fail "calls before exec are recorded"
}

# Every free and realloc of four threads finds its block, and none is live twice.
case_race() {
    expect 0 -o calls.ops -- "$calls" race
    ! grep -q "omitted" err || fail "calls were left out"
    [ "$(grep -c '^on .: p[0-9]* = malloc' calls.ops)" -ge $((4 * 1333)) ] ||
        fail "calls are missing"
    [ "$(grep -c '= realloc' calls.ops)" -eq $((4 * 667)) ] || fail "reallocs are missing"
    sed 's/^on .: //' calls.ops | awk '/= (malloc|calloc)/ { if (live[$1]++) exit 1 }
         /= realloc/ { live[$1] = 1 }
         /^free/ { live[$2] = 0 }' || fail "a slot is live twice"
    replays calls.ops
}

case_python() {
    local wanted
    wanted=$(python3 -c 'import json; print(json.dumps([str(i) * 3 for i in range(9)]))')
    expect 0 -o python.ops -- python3 -c \
        'import json; print(json.dumps([str(i) * 3 for i in range(9)]))'
    [ "$(cat out)" = "$wanted" ] || fail "the command printed something else"
    [ "$(grep -c . python.ops)" -gt 1000 ] || fail "too few calls of python3 were recorded"
    replays python.ops
}

case_cut() {
    expect 0 -n 10 -o calls.ops -- "$calls" race
    says "truncated: the command made more than 10 calls"
    [ "$(grep -c -v '^#\|^ops\|^with' calls.ops)" = 10 ] || fail "not 10 calls"
}

case_signal() {
    expect 0 -o calls.ops -- bash -c 'kill -9 $$'
    says "the command was killed by signal 9"
}

# A signal that is sent to the tool alone reaches the command, and what it did until then is kept.
case_passed_on() {
    local signal
    set -m # else INT is ignored in the background
    for signal in TERM INT HUP; do
        : >out # no "ready" of the run before
        "$allocheck" record -o calls.ops -- python3 -c \
            'import time; print("ready", flush=True); time.sleep(600)' >out 2>err &
        until grep -q ready out; do sleep 0.05; done
        kill -s "$signal" $!
        wait $! || fail "exit status $?"
        says "the command was killed by signal $(kill -l "$signal")"
        [ "$(grep -c . calls.ops)" -gt 1000 ] || fail "too few calls were kept"
    done
}

case_usage() {
    expect 2 && says "missing -o FILE"
    expect 2 -o a.ops && says "missing COMMAND"
    expect 2 -o a.ops --bogus -- true && says "--bogus"
    expect 2 -n 0 -o a.ops -- true && says "expected a number from 1 to 200000, not '0'"
    expect 2 --threads 9 -o a.ops -- true && says "expected a number from 1 to 8, not '9'"
    expect 2 -n many -o a.ops -- true && says "not 'many'"
    expect 2 -o /proc/no/a.ops -- touch ran && says "/proc/no/a.ops: cannot write: No such file or directory"
    expect 2 -o a.ops -- ./missing && says "./missing: cannot run: No such file or directory"
    printf 'ops 1\n' >a.ops
    expect 2 -o a.ops -- ./missing
    [ "$(cat a.ops)" = 'ops 1' ] || fail "the existing file was changed"
    mkdir folder.ops
    expect 2 -o folder.ops -- touch ran && says "folder.ops: cannot write: Is a directory"
    expect 2 -o /proc/no/a.ops -- touch ran
    only a.ops err folder.ops out
    : >target.ops
    ln -s target.ops link.ops
    expect 0 -o link.ops -- "$calls"
    [ -L link.ops ] && grep -q '= malloc 77777$' target.ops || fail "the link was replaced"
}

"case_$3"
