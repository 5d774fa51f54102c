#!/usr/bin/env bash
# Documents of `allocheck run' for other tools, read by independent parsers.
# usage: results_test.sh CASE BROKEN MODULES   (BROKEN: the tool with broken allocators;
# MODULES: the node_modules with the SARIF schema)
set -euo pipefail
here=$(realpath "$(dirname "$0")") broken=$(realpath "$2") modules=$3
. "$here/../../cli/test/scratch.sh"

documents() { python3 "$here/documents.py" "$@" || fail "documents.py $1 $2"; }

# write_inputs: one for each verdict.
write_inputs() {
    printf 'ops 1\np0 = malloc 24\nfree p0\n' >good.ops
    printf '# why\nops 1\n\np0 = malloc 24\np1 = calloc 3 9\n' >dirty.ops
    "$broken" convert --to bytes dirty.ops >dirty
    printf '# expect: finding zeroed on broken\nops 1\np0 = calloc 3 9\n' >known.ops
    printf '# expect: finding zeroed on broken\nops 1\np0 = malloc 3\n' >missed.ops
    printf 'ops 1\nfill p0\n' >idle.ops
    "$broken" convert --to bytes idle.ops >idle
    printf 'ops 1\np0 = mallok 3\n' >wrong.ops
    mkdir empty
}
inputs=(good.ops dirty.ops dirty known.ops missed.ops idle idle.ops wrong.ops no/such.ops empty)

case_every_verdict() {
    write_inputs
    expect 1 "$broken" run --junit junit.xml --sarif results.sarif --json results.json "${inputs[@]}"
    says out "7 of 9 run" && says err "wrong.ops:2:6: expected an op"
    documents junit junit.xml good.ops:passed "dirty.ops:failure:byte 0 is 0x5a" dirty:failure \
        known.ops:passed "missed.ops:failure:expected finding not shown" "idle:skipped:no call" idle.ops:error \
        wrong.ops:error:wrong.ops:2:6: no/such.ops:error:"No such file" empty:error:"no program"
    documents sarif results.sarif dirty.ops:zeroed:startLine=5 \
        dirty:zeroed:byteLength=4-byteOffset=5 known.ops:suppressed-zeroed:startLine=3 \
        missed.ops:zeroed:none note:idle:note note:idle.ops:error note:wrong.ops:error \
        note:no/such.ops:error note:empty:error
    documents exit results.sarif 1
    documents json results.json good.ops:passed:calls=10 dirty.ops:finding:line=5 \
        dirty.ops:finding:finding.op.text="p1 = calloc 3 9" dirty:finding:finding.oracle.id=zeroed \
        dirty:finding:reproduce="allocheck run --allocator broken dirty" known.ops:expected \
        missed.ops:missed idle:idle idle.ops:trouble wrong.ops:trouble no/such.ops:trouble \
        empty:trouble
}

valid() { node "$here/sarif_valid.js" "$modules" "$@"; }

# Documents of all kinds of runs are valid; an invalid one is rejected.
case_valid_by_schema() {
    local got=0
    write_inputs
    expect 1 "$broken" run --sarif all.sarif "${inputs[@]}"
    expect 0 "$broken" run --sarif clean.sarif good.ops
    expect 1 "$broken" run --text --sarif stdin.sarif - <dirty.ops
    hang >hang.ops
    expect 3 "$broken" run --allocator failure-keeps-lock --timeout 1 --sarif late.sarif hang.ops good.ops
    mkfifo slow.ops
    env --default-signal=INT "$broken" run --allocator failure-keeps-lock --sarif ended.sarif --text - <slow.ops >out 2>err &
    hang >slow.ops
    holds_signals $!
    kill -s INT $! && wait $! || got=$?
    [ "$got" = 5 ] || fail "exit status $got"
    expect 1 "$broken" fuzz --engine random --allocator twice --seed 5 --programs 99 --sarif fuzzed.sarif
    valid all.sarif clean.sarif stdin.sarif late.sarif ended.sarif fuzzed.sarif 2>err || fail "not valid"
    sed 's/"ruleIndex"/"ruleNumber"/' all.sarif >other.sarif
    valid other.sarif 2>err && fail "another document is valid too"
    says err "should NOT have additional properties"
}

case_no_finding() {
    write_inputs
    expect 0 "$broken" run --junit junit.xml --sarif results.sarif --json results.json good.ops
    documents junit junit.xml good.ops:passed
    documents sarif results.sarif
    documents exit results.sarif 0
    documents json results.json good.ops:passed
}

# Names and texts that need escaping.
case_strange_text() {
    local name=$'a <&">]]> \xff\x1b \xc3\xa9.ops' shown='a <&">]]> \xFF\x1B é.ops'
    printf 'ops 1\np0 = calloc 3 9\n' >"$name"
    expect 1 "$broken" run --junit junit.xml --sarif results.sarif --json results.json "$name"
    documents junit junit.xml "$shown:failure"
    documents json results.json "$shown:finding"
    documents sarif results.sarif 'a%20%3C%26%22%3E%5D%5D%3E%20%FF%1B%20%C3%A9.ops:zeroed:startLine=2'
}

# Facts that need further runs of the program.
case_facts_from_more_runs() {
    printf 'ops 1\np0 = malloc 16\np1 = malloc 16\nfree p0\np2 = calloc 1 16\n' >wiped.ops
    printf 'ops 1\nwith source=buffer limit=64K\np0 = malloc 40000\np1 = malloc 30000\n' >twice.ops
    # If live blocks are poisoned, the sanitizer reports the call itself and no search is needed.
    expect 1 "$broken" run --allocator clears-too-much --json results.json wiped.ops
    grep -q live-untouched results.json || documents json results.json \
        "wiped.ops:finding:finding.explanation.changed=by op 3: calloc(1, 16)"
    expect 1 "$broken" run --allocator remembers-last-heap --json results.json twice.ops
    documents json results.json twice.ops:finding:"finding.explanation.differs=op 0: malloc(40000) = a block; in another run = NULL, ENOMEM"
    printf 'ops 1\np0 = calloc 3 9\n' >dirty.ops
    expect 1 "$broken" run --json results.json dirty.ops
    ! grep -qE '"(changed|differs)"' results.json || fail "an unknown fact is reported"
}

# The output of a process that ended is included.
case_end_of_process() {
    printf 'ops 1\np0 = malloc 65\n' >fatal.ops
    expect 1 "$broken" run --allocator twice --json results.json --junit junit.xml --sarif results.sarif fatal.ops
    documents json results.json fatal.ops:finding:finding.oracle.id=survives
    grep -q "the heap is broken, giving up" junit.xml || fail "what it wrote is not in junit.xml"
    grep -q "the heap is broken, giving up" results.json || fail "what it wrote is not in results.json"
}

case_standard_output() {
    local form
    write_inputs
    for form in junit sarif json; do
        expect 1 "$broken" run "--$form" - --counts dirty.ops
        documents "$form" out dirty.ops:$(case $form in
            junit) echo failure ;; sarif) echo zeroed:startLine=5 ;; json) echo finding ;; esac)
        says err "finding: zeroed on broken" && says err "1 of 1 run"
    done
    "$broken" run --json - dirty.ops >/dev/full 2>err && fail "writing to /dev/full succeeded"
    says err "standard output: cannot write: No space left on device"
    expect 1 "$broken" run --text --sarif out.sarif - <dirty.ops
    documents sarif out.sarif "standard input:zeroed:startLine=5"
}

case_several_to_one() {
    write_inputs
    expect 2 "$broken" run --json - --sarif - good.ops && says err "only one of --junit"
    expect 2 "$broken" run --json a --json b good.ops && says err "can be given once each"
    expect 2 "$broken" run --json '' good.ops && says err "expected the name of a file"
    [ ! -e a ] && [ ! -e b ] || fail "a file was written"
}

# Reported before anything runs; no file changes.
case_unwritable() {
    write_inputs
    mkdir folder && echo before >kept
    expect 2 "$broken" run --json /proc/no/such/file --sarif kept dirty.ops
    says err "/proc/no/such/file: cannot write: No such file or directory"
    [ ! -s out ] || fail "it ran"
    [ "$(cat kept)" = before ] || fail "kept was changed"
    expect 2 "$broken" run --junit folder dirty.ops && says err "folder: cannot write: Is a directory"
    expect 2 "$broken" run --junit /proc/none dirty.ops && says err "/proc/none: "
    expect 2 "$broken" run --junit good.ops/x dirty.ops && says err "good.ops/x: cannot write: Not a directory"
    [ "$(ls -A | tr '\n' ' ')" = \
        "dirty dirty.ops empty err folder good.ops idle idle.ops kept known.ops missed.ops out wrong.ops " ] ||
        fail "left after: $(ls -A)"
    expect 1 "$broken" run --junit /dev/null --sarif kept dirty.ops
    documents sarif kept dirty.ops:zeroed:startLine=5
}

# hang: a program in which a call never returns, on failure-keeps-lock.
hang() { printf 'ops 1\nwith limit=128K\np0 = posix_memalign 128 left-768\np9 = malloc 26187\n'; }

case_timeout() {
    write_inputs
    hang >hang.ops
    expect 3 "$broken" run --allocator failure-keeps-lock --call-time 100 --timeout 2 \
        --junit junit.xml --sarif results.sarif --json results.json good.ops hang.ops good.ops dirty.ops
    says out "1 of 4 run"
    documents junit junit.xml good.ops:passed "hang.ops:error:stopped: --timeout of 2 s expired" \
        "good.ops:skipped" "dirty.ops:skipped:not run"
    documents sarif results.sarif note:hang.ops:error note:good.ops:note note:dirty.ops:note
    documents exit results.sarif 3
    documents json results.json good.ops:passed hang.ops:stopped good.ops:not-run dirty.ops:not-run
}

blocks_sigint() { # PID
    [ $((0x$(sed -n 's/^SigBlk:[[:space:]]*//p' "/proc/$1/status") & 2)) != 0 ]
}

# has_child PID: it has run a program; its child waits for more.
has_child() { grep -q . "/proc/$1/task/$1/children"; }

# reads_input PID: while it waits for standard input, Ctrl-C ends it at once.
reads_input() {
    ! blocks_sigint "$1"
}

# holds_signals PID: waits until the process blocks SIGINT, which it does after reading its input.
holds_signals() {
    wait_until "$1" blocks_sigint "$1"
}

# The program comes through a pipe: once read, it is about to hang.
case_interrupted() {
    local got=0
    write_inputs
    hang | "$broken" convert --to bytes --text - -o hang
    mkfifo pipe
    env --default-signal=INT "$broken" run --allocator failure-keeps-lock --call-time 100 \
        --junit junit.xml --sarif results.sarif --json results.json good.ops idle - dirty.ops <pipe >out 2>err &
    exec 3>pipe
    wait_until $! has_child $!
    wait_until $! reads_input $!
    cat hang >&3 && exec 3>&-
    holds_signals $!
    kill -s INT $!
    wait $! || got=$?
    [ "$got" = 5 ] || fail "exit status $got"
    says out "2 of 4 run" && says out "; interrupted" && says err "-: stopped by SIGINT"
    documents junit junit.xml good.ops:passed idle:skipped "-:error:stopped by SIGINT" dirty.ops:skipped
    documents sarif results.sarif note:idle:note "note:standard input:error" note:dirty.ops:note
    documents exit results.sarif 5
    grep -q '"exitCodeDescription":.*"interrupted by SIGINT"' results.sarif || fail "no signal"
    documents json results.json good.ops:passed idle:idle -:stopped dirty.ops:not-run
}

# documents_of STATUS COMMAND ARGUMENT...: a campaign that writes all documents, which are valid.
documents_of() {
    local wanted=$1
    shift
    rm -rf allocheck-out
    expect "$wanted" "$broken" "$@" --junit junit.xml --sarif results.sarif --json results.json
    documents exit results.sarif "$wanted"
    [ "$(grep -c '"exit_status":.*'"$wanted" results.json)" = 1 ] || fail "another status in results.json"
}

# Campaigns write the same documents: a case for what ran, and one for each finding.
case_campaigns() {
    documents_of 1 fuzz --engine random --allocator twice --seed 5 --programs 1500 --keep-going
    local crash zeroed kept=allocheck-out/findings
    crash=$(echo $kept/survives-malloc-*/shrunk.ops) zeroed=$(echo $kept/zeroed-calloc-*/shrunk.ops)
    documents junit junit.xml random:passed "$crash:failure:survives" "$zeroed:failure:byte 0 is 0x5a"
    documents json results.json random:passed "$crash:finding:finding.search.minimal=True" \
        "$zeroed:finding:reproduce=$(sed -n 's/^ *reproduce //p' out | grep zeroed-calloc)"
    documents_of 0 fuzz --engine random --allocator slab --programs 20
    documents junit junit.xml random:passed && documents sarif results.sarif
    printf 'ops 1\np0 = calloc 3 9\n' >dirty.ops && printf 'ops 1\np0 = malloc 9\n' >good.ops
    documents_of 1 triage dirty.ops good.ops
    zeroed=$(echo $kept/zeroed-calloc-*/shrunk.ops)
    documents junit junit.xml triage:passed "$zeroed:failure:zeroed"
    documents sarif results.sarif "$zeroed:zeroed:startLine=5"
    # Not saved: the name of the finding stands for its file.
    printf 'ops 1\np0 = malloc 100000\np0 = malloc 64\n' >plain.ops
    documents_of 1 sweep --allocator uses-refused-pages plain.ops
    documents junit junit.xml sweep:passed "$(grep -o 'survives-malloc-[0-9a-f]*' results.json | head -1):failure"
    expect 1 "$broken" triage dirty.ops --json - && documents json out triage:passed "$(echo $kept/*/shrunk.ops):finding"
    says err "finding: zeroed on broken"
    expect 2 "$broken" fuzz --sarif /proc/no/such/file && says err "/proc/no/such/file: cannot write" && [ ! -s out ] || fail "it ran"
}

# Written too when a signal ends it.
case_campaign_interrupted() {
    local got=0
    env --default-signal=TERM "$broken" fuzz --engine random --allocator slab --oracles -no-growth \
        --seconds 900 --junit junit.xml --sarif results.sarif --json results.json >out 2>err &
    wait_until $! grep -q ' programs ' out
    kill -s TERM $!
    wait $! || got=$?
    [ "$got" = 5 ] || fail "exit status $got"
    documents junit junit.xml random:error && documents sarif results.sarif note:random:error
    documents exit results.sarif 5 && documents json results.json random:stopped
}

touch out err
"case_$1"
