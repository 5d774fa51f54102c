#!/usr/bin/env bash
# Shared objects under test: messages, exit statuses, and calls into the library.
# usage: library_test.sh CASE ALLOCHECK LIBRARIES   (LIBRARIES: the folder of the test's own)
set -euo pipefail
allocheck=$(realpath "$2") libraries=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

# expect STATUS LIBRARY ARGUMENT...: runs it.ops, keeps its output in `out` and `err`.
expect() {
    local wanted=$1 library=$2 got=0
    shift 2
    "$allocheck" run --allocator "$library" "$@" it.ops >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "$library: exit status $got, expected $wanted"
}

one_line() { [ "$(wc -l <err)" = 1 ] && [ ! -s out ] || fail "more than one line"; }
program() { { echo "ops 1" && printf '%s\n' "$@"; } >it.ops; }

# rejects LIBRARY MESSAGE: status 6, one line with the name of the library as given.
rejects() {
    program "p0 = malloc 24"
    expect 6 "$1" && one_line
    says err "allocheck: $1: $2"
}

# In a build with libdw: functions, files and lines, each frame once.
has_a_stack() {
    "$allocheck" --version | grep -q '^Symbols: libdw' || return 0
    says out "stack     #0 malloc  counting.c:" # and nothing of what calls it
    expect 1 "$1" --sarif a.sarif && ! grep -q '^    #0' out || fail "a stack printed twice"
    tr -d '[:space:]' <a.sarif >packed
    grep -q '"locations":\[{"physicalLocation":{"artifactLocation":{"uri":"[^"]*/library/counting.c"},"region":{"startLine":[0-9]*}' packed ||
        fail "SARIF is not at the line of the source"
    grep -q '"relatedLocations":\[{"physicalLocation":{"artifactLocation":{"uri":"it.ops"},"region":{"startLine":3}' packed ||
        fail "SARIF does not relate it to the program"
}

# Each library of counting.c, however it is loaded.
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
    has_a_stack "$library"
    ! grep -q ' #1 ' out || fail "frames after those of the library"
    says out "SIGABRT in the call" && says out "->   1  p1 = malloc 501"
    says out "call      malloc(501) ended the process" # the journal outlives it
    program "p0 = malloc 77" "free p0"
    expect 1 "$library" && says out "exit(3) in the call" && says out "->   1  free p0"
    program "p0 = malloc 77" "p1 = malloc 24" # freed at the end, not by the last op
    expect 1 "$library" --json a.json --sarif a.sarif && says out "  -> end   every block is checked and freed"
    ! grep -q '->   1' out || fail "a fault of the end at the op before it"
    says out "call      free(block 0 (p0)) ended the process"
    tr -d '[:space:]' <a.json | grep -qF '"op":{"index":2,"kind":"end"}' || fail "place in JSON"
    tr -d '[:space:]' <a.sarif | grep -qF '"op":{"index":2,"kind":"end"}' || fail "place in SARIF"
    program "p0 = malloc 24" "p0 = malloc 601"
    expect 1 "$library" --call-time 0.2 && says out "finding: liveness on $name"
    says out "it does not return" && says out " --call-time=0.2 it.ops"
    { echo "# expect: finding zeroed on $name" && program "p0 = calloc 3 11" && cat it.ops; } >a.ops
    mv a.ops it.ops
    expect 0 "$library" && says out "contents  all 0x5a"
}

case_dlopen() { counts_and_breaks "$libraries/libcounting.so" counting; }

case_nodlopen() {
    readelf -d "$libraries/libcounting_nodlopen.so" | grep -q NOOPEN || fail "dlopen takes it"
    counts_and_breaks "$libraries/libcounting_nodlopen.so" counting_nodlopen
}

# Size-class boundaries are measured however it is loaded: the sizes of a scope are at them.
case_class_boundaries() {
    local library
    for library in counting counting_nodlopen; do
        "$allocheck" fuzz --allocator "$libraries/lib$library.so" --engine exhaustive --depth 1 \
            --programs 1 >out 2>err || fail "$library: exit status $?"
        says out "scope: sizes 0 1 16 17 240 1008 4080 " # the arena's: powers of two less 16
    done
}

case_static_tls() { counts_and_breaks "$libraries/libcounting_tls.so" counting_tls; }

# reports LIBRARY PRELOAD TUNABLES: the environment of the library's process.
reports() {
    program "p0 = malloc 7001"
    expect 1 "$1" && says out "malloc was called 1 times"
    grep -qE "^preload $2 tunables $3$" out || fail "not: preload $2 tunables $3"
}

# The tool restarts itself once, with space for thread-local storage. It passes on the user's settings,
# but not the libraries it preloads.
case_environment() {
    local tunable="glibc.rtld.optional_static_tls=" library
    unset GLIBC_TUNABLES
    for library in counting counting_tls counting_nodlopen; do
        reports "$libraries/lib$library.so" '\(none\)' "${tunable}65536"
    done
    GLIBC_TUNABLES=glibc.malloc.arena_max=1 \
        reports "$libraries/libcounting_tls.so" '\(none\)' "glibc.malloc.arena_max=1:${tunable}65536"
    # No space for dlopen: it is preloaded instead.
    GLIBC_TUNABLES=${tunable}512 reports "$libraries/libcounting_tls.so" '\(none\)' "${tunable}512"
}

# A user's preloaded library and arguments survive the restart.
case_arguments() {
    program "p0 = malloc 24"
    cp it.ops 'with  blank.ops' && cp it.ops -- -dash.ops
    "$allocheck" run -a "$libraries/libcounting_tls.so" 'with  blank.ops' -- -dash.ops >out 2>err ||
        fail "an argument was lost"
    says out "counting_tls: 2 of 2 run"
    "$allocheck" run --text -a "$libraries/libcounting_tls.so" - <it.ops >out 2>err || fail "stdin"
    says out "counting_tls: 1 of 1 run"
}

case_odd_path() {
    mkdir "a b:c"
    cp "$libraries/libcounting_nodlopen.so" "a b:c/libodd name.so"
    program "p0 = malloc 501"
    expect 1 "a b:c/libodd name.so" && says out "finding: survives on odd name"
    says out "allocheck run --allocator 'a b:c/libodd name.so' it.ops"
    ln -s "a b:c/libodd name.so" libcalled.so.2.1
    expect 1 libcalled.so.2.1 && says out "finding: survives on called"
    # As LLVM calls its own.
    ln -s "a b:c/libodd name.so" libclang_rt.called_odd-x86_64.so
    expect 1 ./libclang_rt.called_odd-x86_64.so && says out "finding: survives on called_odd"
}

case_exported_struct() {
    program "p0 = malloc 24" "p1 = malloc 0" "p2 = calloc 1 1" "free p0"
    expect 0 "$libraries/libexporting.so" --inline --counts && says out "exporting: 1 of 1 run"
    grep -qE "ops not offered +1$" out || fail "not one op that is not offered"
    expect 0 "$libraries/libexporting_nodlopen.so" && says out "exporting: 1 of 1 run"
}

case_exported_fault() {
    rejects "$libraries/libexporting_1.so" "struct_size of its ac_allocator is 24, not "
    rejects "$libraries/libexporting_2.so" "its ac_allocator has no free"
    rejects "$libraries/libexporting_3.so" "its ac_allocator has close but no open"
    rejects "$libraries/libexporting_4.so" "its ac_allocator has no name"
}

case_names_of_its_own() {
    program "p0 = malloc 24" "p0 = reallocarray p0 3 9" "p1 = aligned_alloc 16 32"
    expect 0 "$libraries/libcounting.so" --inline --counts
    grep -qE "ops not offered +2$" out || fail "not two ops that are not offered"
}

# A fault in a thread's end is placed there, with its stack, one thread at a time and in races.
case_thread_ends() {
    local way library="$libraries/libthread_ends.so"
    program "on 1: p0 = malloc 24" "p1 = malloc 24" "exit 1" "p2 = malloc 24"
    for way in "" --race; do
        expect 1 "$library" $way && says out "->   2  exit 1"
        says out "expected  the thread ends" && says out "SIGSEGV as the thread ends"
        if "$allocheck" --version | grep -q '^Symbols: libdw'; then
            says out "stack     #0 empty_cache  thread_ends.c:"
            ! grep -q ' #1 ' out || fail "frames after those of the library"
        fi
    done
    program "on 1: p0 = malloc 24" "p1 = malloc 24" # its thread outlives the program
    expect 0 "$library"
}

case_no_allocator() {
    rejects "$libraries/libno_free.so" "not an allocator: it defines no free"
    rejects "$libraries/libhelper.so" "not an allocator: it defines no malloc"
    echo "no library" >text.so
    rejects ./text.so "file too short"
    printf '%4096s' "no library" >text.so
    rejects ./text.so "invalid ELF header"
    rejects text.so "invalid ELF header"
    rejects ./none.so "cannot read: No such file or directory"
    rejects / "cannot read: Is a directory"
}

case_another_machine() {
    head -c 18 "$libraries/libcounting.so" >other.so
    printf '\363\000' >>other.so # e_machine: RISC-V
    tail -c +21 "$libraries/libcounting.so" >>other.so
    rejects ./other.so "it is built for another machine (ELF machine 243, not 62)"
}

case_ends_while_loaded() {
    rejects "$libraries/libaborts.so" \
        "loading it ends the process with SIGABRT; it printed: this machine is not supported"
}

# Crash handlers leave a library the signals that it handles.
case_signal_of_its_own() {
    program "p0 = malloc 24" "p1 = malloc 501"
    expect 1 "$libraries/libhandles.so" && says out "exit(5) in the call"
}

case_hangs_while_loaded() {
    rejects "$libraries/libhangs.so" "loading it takes longer than 10 s"
}

# No limit of the tool's binds a library: not its files, not its addresses.
case_reserves_much() {
    program "p0 = malloc 24" "p1 = calloc 9 9" "free p0"
    expect 0 "$libraries/libreserves.so" && says out "reserves: 1 of 1 run"
}

# Refused system calls fail as the system lets them fail, so an allocator that trusts it is clean.
case_hardened_trapped() {
    [ "$(uname -m)" = x86_64 ] || return 0
    "$allocheck" fuzz --allocator "$libraries/libhardened.so" --trap --engine random --seed 1 \
        --programs 3000 --jobs 1 >out 2>err || fail "exit status $?"
    program "refuse_from 1" "p0 = malloc 24"
    expect 0 "$libraries/libhardened.so" --trap --counts && says out "page requests refused"
    "$allocheck" sweep --allocator "$libraries/libhardened.so" it.ops >out 2>err || fail "sweep: $?"
}

# An undefined symbol is named when the library is loaded, not at its first call.
case_undefined_symbol() {
    local library
    program "p0 = malloc 24"
    for library in undefined undefined_nodlopen; do
        expect 6 "$libraries/lib$library.so" && one_line
        says err "undefined symbol: defined_nowhere"
    done
}

# status WANTED COMMAND ARGUMENT...
status() {
    local wanted=$1 got=0
    shift
    "$allocheck" "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "$*: exit status $got, expected $wanted"
}

# An allocator that refuses everything breaks no rule, but is not clean.
case_refuses_everything() {
    local library="--allocator $libraries/librefuses.so" command
    program "p0 = malloc 24" "free p0"
    for command in "run it.ops" "fuzz --engine random --programs 20" "triage it.ops" "sweep it.ops" profile; do
        # shellcheck disable=SC2086
        status 4 $command $library
        says err "refuses: nothing was tested: it refuses every request"
    done
    mkdir stored && cp it.ops stored
    status 4 scorecard --corpus stored "$libraries/librefuses.so" && says err "refuses: nothing was tested"
    # What cannot be granted is refused by a right allocator too.
    program "p0 = malloc max" && expect 0 "$libraries/libcounting.so"
}

# Programs that ask for nothing that the library offers are named; the others decide.
case_lacks_functions() {
    mkdir corpus && program "p0 = malloc 24" && cp it.ops corpus/a.ops
    program "p0 = aligned_alloc 64 64" && cp it.ops corpus/b.ops && cp it.ops corpus/c.ops
    local library="--allocator $libraries/libplain.so"
    # shellcheck disable=SC2086
    {
        status 0 run $library corpus && says out "2 programs made no call: corpus/b.ops, corpus/c.ops"
        says out "3 of 3 run" && says out ", 2 without a call"
        status 0 run $library corpus --junit junit.xml && grep -q 'skipped="2"' junit.xml || fail "not skipped"
        status 2 run $library corpus/a.ops corpus/b.ops
        says err "corpus/b.ops: no call of this stored program ran"
        rm corpus/a.ops && status 2 run $library corpus && says err "nothing was run: no input made a call"
    }
}

# The printed command fails while the bug is there, and passes once it is fixed, as git bisect wants.
case_bisect() {
    local command
    cp "$libraries/libcounting.so" libmine.so
    program "p0 = malloc 1" "p1 = calloc 3 11"
    status 1 triage --allocator ./libmine.so it.ops
    command=$(sed -n 's/^ *reproduce allocheck //p' out)
    [ -n "$command" ] || fail "no command that reproduces it"
    eval "status 1 $command" && says out "finding: zeroed on mine"
    cp "$libraries/libcounting_fixed.so" libmine.so
    eval "status 0 $command" && says out "mine: 1 of 1 run" && says out "0 with a finding"
    cp "$libraries/libcounting.so" libanother.so
    status 1 run --allocator ./libanother.so allocheck-out/findings && says out "finding: zeroed on another"
    status 1 run --allocator ./libanother.so allocheck-out/findings --junit junit.xml --sarif results.sarif --json results.json
    grep -q 'failures="1"' junit.xml && ! grep -q suppressions results.sarif &&
        grep -q '"verdict":.*"finding"' results.json || fail "a document is not red"
}

# profiles STATUS LIBRARY [ARGUMENT...]
profiles() {
    local wanted=$1 library=$2 got=0
    shift 2
    "$allocheck" profile --allocator "$libraries/$library" "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "profile of $library: exit status $got, expected $wanted"
}

# fuzzes STATUS LIBRARY PROGRAMS [ARGUMENT...]
fuzzes() {
    local wanted=$1 library=$2 programs=$3 got=0
    shift 3
    "$allocheck" fuzz --allocator "$libraries/$library" --engine random --seed 1 --jobs 1 \
        --programs "$programs" "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "fuzz on $library: exit status $got, expected $wanted"
}

# A crash hides nothing: neither itself nor what is granted.
case_a_signal_is_a_bug() {
    profiles 1 liboverflowing.so
    says out "calloc(9223372036854775808, 2): a block; the product wraps"
    says out "calloc(1, 9223372036854775808): SIGSEGV"
    profiles 1 liboverflowing.so --json
    says out '"exhaustion_ends_process":	false'
    says err "overflowing: calloc(1, 9223372036854775808): SIGSEGV"
    fuzzes 1 liboverflowing.so 300 --keep-going
    says out "must-fail at calloc" && says out "survives at calloc"
}

# What the profile deviates in is found first, once each, and the campaign goes on. A profile file
# accepts it.
case_deviations_are_findings() {
    local program
    fuzzes 1 libdeviating_0.so 400 -o kept
    says out "found by  its profile: malloc refuses (above PTRDIFF_MAX): NULL, errno unchanged"
    says out "also seen at: errno at calloc" && says out "a block for alignment"
    says out "2 findings:" && grep -q "^random on deviating_0: 400 programs" out || fail "ended early"
    for program in kept/findings/*/shrunk.ops; do
        "$allocheck" run -a "$libraries/libdeviating_0.so" "$program" >out && fail "$program: clean"
        "$allocheck" run -a "$libraries/libdeviating_1.so" "$program" >out || fail "$program: fixed"
        grep -v '^# deviations' "$program" >accepted.ops
        "$allocheck" run -a "$libraries/libdeviating_0.so" accepted.ops >out || fail "not accepted"
    done
    profiles 0 libdeviating_0.so --json -o declared.json
    fuzzes 0 libdeviating_0.so 400 --profile declared.json
    fuzzes 0 libdeviating_1.so 400
}

# How exhausted memory ends the process is a policy if a message says so, else a bug.
case_exhaustion_with_a_message() {
    local way
    for way in 0 1; do
        profiles 0 "libgives_up_$way.so"
        says out "malloc(1048576), with memory exhausted: gives_up: out of memory"
        fuzzes 0 "libgives_up_$way.so" 2000 && says out "clean: no finding in 2000 programs"
    done
}

case_exhaustion_without_a_message() {
    local way ends=(- - SIGABRT 'exit(1)' SIGSEGV)
    for way in 2 3 4; do
        profiles 1 "libgives_up_$way.so" && says out "exhausted: ${ends[way]}"
        fuzzes 1 "libgives_up_$way.so" 200 && says out "${ends[way]} in the call"
    done
}

# To end the process for what no memory can satisfy is a choice that must be declared.
case_impossible_requests_that_end() {
    profiles 1 libgives_up_always.so --json -o declared.json
    profiles 0 libgives_up_always.so --profile declared.json
    fuzzes 1 libgives_up_always.so 2000
    fuzzes 0 libgives_up_always.so 2000 --profile declared.json
}

# Pages of a fixed zone that are touched for the first time are no growth; a leak is.
case_random_slots() {
    program "p0 = malloc 24" "p1 = calloc 3 100" "free p0"
    expect 0 "$libraries/librandom_slots.so" --counts
    grep -qE "checked no-growth +1$" out || fail "no-growth was not checked"
    program "p0 = malloc 24"
    echo '{"decay_ms": 0}' >none.json
    expect 1 "$libraries/librandom_slots_leaking.so" --profile none.json && says out "finding: no-growth"
}

# grows STATUS LIBRARY: the engine's first program rises steadily; the rest is a matter of time.
grows() {
    local got=0
    "$allocheck" fuzz --allocator "$libraries/$2" --profile decay.json --engine exhaustive --jobs 1 \
        --programs 50 >out 2>err || got=$?
    [ "$got" = "$1" ] || fail "fuzz on $2: exit status $got, expected $1"
}

# Free memory that is kept for a while is no growth. Where it is known to be given back at once, it is.
case_decaying() {
    program "p0 = malloc 24"
    echo '{"decay_ms": 500}' >decay.json && echo '{"decay_ms": 0}' >none.json
    expect 0 "$libraries/libdecaying.so" --profile decay.json --counts
    grep -qE "checked no-growth +1$" out || fail "no-growth was not checked"
    expect 1 "$libraries/libdecaying_never.so" --profile decay.json && says out "finding: no-growth"
    expect 1 "$libraries/libdecaying_never.so" --profile none.json && says out "finding: no-growth"
    grows 0 libdecaying.so && says out "clean: no finding"
    grows 1 libdecaying_never.so && says out "no-growth at end"
}

# A call that may not return is neither a finding yet nor clean.
case_still_in_a_call() {
    echo '{"decay_ms": 0}' >none.json # measures nothing
    TIMED="hang=malloc after=20" "$allocheck" fuzz --allocator "$libraries/libtimed.so" --profile none.json \
        --engine random --seed 1 --jobs 1 --seconds 1 >out 2>err || [ "$?" = 3 ] || fail "exit status $?"
    says out "  incomplete        1 still running at the end"
    grep -qE '^  did not end       in malloc for [0-9.]+ s \(random seed [0-9]+\); give more time$' out ||
        fail "no hang is named"
    grep -qE ' programs?; 1 did not end' out && ! grep -q "^clean" out || fail "called clean"
}

# shown: the printed command.
shown() { sed -n 's/^ *reproduce //p' out; }

# Printed commands work from where the person stands, and name the tool by its path if PATH lacks it.
case_commands_from_anywhere() {
    local command
    mkdir -p 'my libs' deep/down && cp "$libraries/libcounting.so" 'my libs/libmine.so'
    program "p0 = malloc 1" "p1 = calloc 3 11"
    # The tool, the library, the program and the output are above, elsewhere and below.
    (cd deep/down && PATH=/usr/bin:/bin &&
        status 1 triage --allocator '../../my libs/libmine.so' ../../it.ops -o made/of/parents)
    mv deep/down/out deep/down/err .
    command=$(shown) && [[ $command == "$allocheck run --allocator '$work/my libs/libmine.so' made/of/parents/findings/"* ]] ||
        fail "the command is $command"
    (cd deep/down && PATH=/usr/bin:/bin && eval "$command" >out) && fail "it is clean"
    grep -q "finding: zeroed on mine" deep/down/out || fail "another finding"
    # An absolute path below the current folder is shown from there.
    status 1 run --allocator "$work/my libs/libmine.so" "$work/it.ops"
    [ "$(shown)" = "allocheck run --allocator 'my libs/libmine.so' it.ops" ] || fail "the command is $(shown)"
    # As if it were downloaded: the folder is elsewhere now, under another name.
    mv deep/down/made "it's here"
    status 1 findings "it's here" && command=$(shown)
    [[ $command == "allocheck run --allocator 'my libs/libmine.so' "* ]] || fail "the command is $command"
    eval "$command" >out && fail "it is clean"
    says out "finding: zeroed on mine"
    # The command in finding.json is for its own folder.
    cd "it's here"/of/parents/findings/*
    command=$(python3 -c 'import json; print(json.load(open("finding.json"))["reproduce"])')
    eval "$command" >out && fail "it is clean"
    says out "finding: zeroed on mine" && says out "shrunk.ops: finding"
}

case_bare_name() {
    program "p0 = malloc 24"
    expect 2 jemalloc && says err "unknown allocator 'jemalloc'"
    says err "the path of a shared object"
}

# A build with AddressSanitizer refuses every library.
sanitizer_refuses() {
    rejects "$libraries/libcounting.so" "this build has AddressSanitizer, which cannot load another allocator"
}

case $1 in
sanitizer_refuses) sanitizer_refuses ;;
*) "case_$1" ;;
esac
