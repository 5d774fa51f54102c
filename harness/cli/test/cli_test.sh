#!/usr/bin/env bash
# The command line: messages, exit statuses, and no partial files.
# usage: cli_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing a broken allocator)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

# expect STATUS ARGUMENT...: runs allocheck, keeps its output in `out` and `err`.
expect() {
    local wanted=$1 got=0
    shift
    "$allocheck" "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "allocheck $*: exit status $got, expected $wanted"
}

only() { [ "$(ls | sort | tr '\n' ' ')" = "$* " ] || fail "files: $(ls | tr '\n' ' ')"; }

good() { printf 'ops 1\np0 = malloc 24\nfree p0\n'; }
idle() { printf 'ops 1\nfill p0\n'; }
long() { printf 'ops 1\nrepeat 100000: p0 = malloc 24\nrepeat 100000: fill p0\n'; }

case_help() {
    expect 0 --help && says out "Test an allocator:" && says out "Example:"
    sed -n '/^Test an/,$p' out >commands && expect 2 && sed -n '/^Test an/,$p' err | cmp - commands ||
        fail "allocheck alone prints other help"
    local command
    for command in fuzz run sweep compare scorecard profile triage explain shrink findings convert \
        record list; do
        expect 0 "$command" --help && says out "Usage: allocheck $command"
        grep -qE '^Examples?:$' out || fail "no example"
    done
    expect 0 --version && says out "allocheck " && says out "Symbols: "
}

case_usage() {
    expect 2 && says err "Usage: allocheck" && says err "From a crash to its cause:"
    expect 2 walk && says err "unknown command 'walk'"
    expect 2 --bogus && says err "--bogus"
    expect 2 run --bogus && says err "--bogus"
    expect 2 run && says err "missing PATH"
    expect 2 convert --to text && says err "missing INPUT"
    local gone
    for gone in show encode export import report matrix; do
        expect 2 "$gone" && says err "unknown command '$gone'"
    done
    expect 2 list && says err "missing WHAT (allocators, oracles or ops)"
    expect 2 list files && says err "unknown WHAT 'files'"
}

case_bad_option_values() {
    good >a.ops
    expect 2 run -a none a.ops && says err "unknown allocator 'none'"
    expect 2 run -O zeroed,bogus a.ops && says err "unknown oracle 'bogus'"
    expect 2 run -O agreement a.ops && says err "agreement needs two allocators"
    expect 2 run -O '' a.ops && says err "unknown oracle ''"
    expect 2 run --timeout soon a.ops && says err "not 'soon'"
    expect 2 run --timeout 0 a.ops && says err "--timeout: expected a positive number of seconds, not '0'"
    expect 2 run --call-time -1 a.ops && says err "--call-time: expected a positive number of seconds, not '-1'"
    local size
    for size in much 63M 2T 1X 99999999999999999999; do
        expect 2 run --memory "$size" a.ops && says err "expected 64M to 1T" && says err "'$size'"
    done
    expect 0 run --memory 64M a.ops
}

case_missing_file() {
    good >a.ops
    local command
    for command in run "convert --to text" "convert --to bytes"; do
        # shellcheck disable=SC2086
        expect 2 $command no/such.ops && says err "no/such.ops: cannot read: No such file or directory"
    done
    expect 2 run no/such.ops a.ops && says out "1 of 2 run"
}

# Root may read any file, but not the first byte of the memory of a process.
case_unreadable_file() {
    local command
    for command in run "convert --to text" "convert --to bytes"; do
        # shellcheck disable=SC2086
        expect 2 $command /proc/self/mem && says err "/proc/self/mem: cannot read: Input/output error"
    done
    good >a.ops
    mkdir folder && ln -s . folder/loop
    expect 2 run a.ops folder && says err "folder/loop: cannot read: Is a directory"
}

# refuses NAME WHY: every command that reads programs ends with this error, and reads nothing without end.
refuses() {
    local command
    for command in run explain shrink "compare -a libc -a libc" "convert --to text" "convert --to bytes" triage \
        "fuzz --programs 100" sweep; do
        [[ $command == compare* ]] && ! "$allocheck" list allocators | grep -q '^slate' && continue
        # shellcheck disable=SC2086
        expect 2 ${command/-a libc -a libc/-a libc -a slate} "$1" && says err "allocheck: $1: $2"
    done
}

case_no_file() {
    mkfifo pipe && ln -s pipe link
    refuses /dev/zero "a device, not a file; name a file"
    refuses /dev/tty "a device, not a file; name a file"
    refuses pipe "a pipe, not a file; pass it as standard input, named \`-'"
    refuses link "a pipe, not a file; pass it as standard input, named \`-'"
    expect 2 scorecard --corpus . libc && says err "a pipe, not a file"
    expect 2 convert --from rep --to text pipe && says err "pipe: a pipe, not a file"
    # What a shell has opened is read to its end.
    good >good.ops
    expect 0 run --text <(good) && expect 0 run --text /dev/stdin <good.ops && says out "1 of 1 run"
}

case_too_large() {
    good >a.ops && seq -f '# comment %045g' 20 >>a.ops
    refuses_larger 1K "1 KiB" && expect 0 run --max-input 2K a.ops
    truncate -s $((16 << 20)) fits && cp fits large && echo >>large
    expect 2 convert --to text large && says err "large: larger than 16 MiB; raise the limit with --max-input SIZE"
    expect 2 run - </dev/zero && says err "-: larger than 16 MiB; raise the limit with --max-input SIZE"
    expect 0 convert --max-input 17M --to bytes large -o again && expect 0 convert --to bytes fits -o again
    expect 2 run --max-input 3 a.ops && says err "--max-input: expected 1K to 1T"
}

refuses_larger() { # SIZE AS-PRINTED
    local command
    for command in run explain shrink triage sweep "fuzz --seconds 1" "convert --to bytes" "convert --from rep --to text"; do
        # shellcheck disable=SC2086
        expect 2 $command --max-input "$1" a.ops && says err "a.ops: larger than $2; raise the limit with --max-input SIZE"
    done
}

# A trace or a log would run as bytes, silently.
case_text_of_another_kind() {
    ln -sf "$allocheck" "$bin/allocheck"
    printf '20000\n1\n2\n1\na 0 512\nf 0\n' | tee t.rep trace.ops >"it's a.rep"
    refuses t.rep "a trace of the malloc lab, not a program; import it: allocheck convert --from rep --to text t.rep -o t.rep.ops"
    expect 2 run trace.ops && says err "allocheck convert --from rep --to text trace.ops -o trace.ops.ops"
    expect 2 run - <t.rep && says err "import it: allocheck convert --from rep --to text - -o trace.ops"
    printf '= Start\n@ ./a.out:[0x4005f6] + 0x1234560 0x18\n@ ./a.out:[0x400606] - 0x1234560\n= End\n' >m.log
    refuses m.log "a log of mtrace, not a program; import it: allocheck convert --from mtrace --to text m.log -o m.log.ops"
    tail -n +2 m.log >part.log && expect 2 run part.log && says err "part.log: a log of mtrace"
    { echo '# why it is kept' && good; } >program.txt
    refuses program.txt "a program in text form; add --text, or name it *.ops"
    seq -f 'Dec 01 10:00:%02g host daemon[1]: it says – hello' 9 >server.log
    refuses server.log "a text, neither a program nor a crash input; add --bytes to run it as bytes all the same"
    # The command that is printed works.
    expect 2 run "it's a.rep"
    eval "expect 0 $(sed -n 's/.*import it: allocheck //p' err)" && expect 0 run "it's a.rep.ops"
}

# The commands printed with a finding read the input as it was read.
case_forced_form() {
    dirty >dirty.txt
    seq -f 'Dec 01 10:00:%02g host daemon[1]: it says hello' 9 >server.log
    expect 0 run --text dirty.txt && expect 0 run --bytes server.log && says out "1 of 1 run"
    with_broken 1 run -a broken --text dirty.txt && says out "allocheck run --allocator broken --text dirty.txt"
    "$allocheck" convert --to bytes --text dirty.txt -o dirty.ops
    with_broken 1 run -a broken --bytes dirty.ops && says out "allocheck run --allocator broken --bytes dirty.ops"
    expect 2 run --text --bytes dirty.txt && says err "--text and --bytes are mutually exclusive"
}

# What engines store runs as bytes, whatever it looks like: short texts, and any bytes.
case_crash_inputs() {
    mkdir stored
    printf 'AAAA\nBBBB\n' >stored/short && printf '1 2 3 4\n' >stored/numbers && printf '\n' >stored/line
    printf '%063d\n\n' 0 | tr -d '\n' >stored/printable && printf '%0200d' 0 >stored/one-line
    python3 -c '
import random
random.seed(1)
for i in range(300):
    with open(f"stored/{i}", "wb") as file:
        file.write(random.randbytes(random.randrange(1, 400)) + b"\nops 1\nf 0\n")'
    expect 0 convert --to text stored && [ "$(grep -c '^ops 1' out)" = 305 ] || fail "not all were read"
    expect 0 run -a libc stored/short stored/printable stored/one-line && says out "3 of 3 run"
}

case_empty_folder() {
    mkdir empty && touch empty/.hidden empty/README.md
    expect 2 run empty && says err "empty: no programs in this folder"
    says out "skipped: empty/.hidden" && says out "skipped: empty/README.md"
    good >a.ops
    expect 2 run a.ops empty && says out "1 of 1 run"
}

case_folder() {
    mkdir -p folder/inner && good >folder/b.ops && good >folder/inner/a.ops
    echo '# not a program' >folder/README
    expect 0 run folder && says out "2 of 2 run" && says out "skipped: folder/README"
}

case_broken_text() {
    printf '# fine\nops 1\np0 = mallok 24\n' >a.ops
    local command
    for command in run "convert --to text" "convert --to bytes"; do
        # shellcheck disable=SC2086
        expect 2 $command a.ops && says err "a.ops:3:6: expected "
    done
    printf 'free p0\n' >b.ops
    expect 2 run b.ops && says err "b.ops:1:1: expected "
}

case_nothing_run() {
    idle >a.ops
    expect 2 run a.ops && says err "a.ops: no call of this stored program ran"
    good >b.ops
    expect 2 run a.ops b.ops && says err "a.ops: no call of this stored program ran"
    "$allocheck" convert --to bytes a.ops >a.bin
    expect 2 run a.bin && says out "1 program made no call: a.bin" && says err "nothing was run"
    expect 0 run a.bin b.ops && says out "1 program made no call: a.bin"
    says out "1 without a call"
}

case_unwritable_output() {
    good >a.ops && touch file
    expect 2 convert --to bytes -o file/out a.ops && says err "file/out: cannot write: Not a directory"
    expect 2 convert --to bytes -o /proc/no/out a.ops && says err "/proc/no/out: cannot write: No such file or directory"
    expect 2 convert --to bytes -o /dev/full a.ops && says err "/dev/full: cannot write: No space left on device"
    "$allocheck" list ops >/dev/full 2>err && fail "list ops >/dev/full succeeded"
    says err "standard output: cannot write: No space left on device"
    only a.ops err file out
}

case_output_is_whole_or_as_it_was() {
    good >a.ops && echo before >old && touch out err
    printf 'ops 1\np0 = mallok\n' >broken.ops
    expect 2 convert --to bytes -o old broken.ops && [ "$(cat old)" = before ] || fail "old was changed"
    # With a file size limit of 0, the write fails after the temporary file exists.
    local got=0
    (trap '' XFSZ && ulimit -f 0 && exec "$allocheck" convert --to bytes -o old a.ops 2>&1) | cat >err ||
        got=${PIPESTATUS[0]}
    [ "$got" = 2 ] || fail "a failing write: exit status $got"
    says err "old: cannot write: File too large"
    [ "$(cat old)" = before ] || fail "old was changed"
    only a.ops broken.ops err old out
    expect 0 convert --to bytes -o old a.ops && only a.ops broken.ops err old out
    "$allocheck" convert --to bytes a.ops | cmp - old || fail "file and standard output differ"
}

case_bytes_names_the_line_of_a_slot() {
    printf '# a comment\nops 1\n\np0 = malloc 8\n p5000 = malloc 8\n' >a.ops
    expect 2 convert --to bytes -o out.bin a.ops && says err "a.ops:5:1: expected slots below p4096"
    only a.ops err out
}

case_round_trip() {
    printf 'ops 1\np0 = malloc max-7\nrepeat 9: p1 = calloc 3 page-16\nfree p0\n' >a.ops
    expect 0 convert --to text a.ops && says out "max-7 = 18446744073709551608" && says out "page-16 = 4080"
    mv out shown.ops
    expect 0 convert --to bytes -o shown.bin shown.ops && expect 0 convert --to bytes -o a.bin a.ops
    cmp shown.bin a.bin || fail "text is another program"
    expect 0 convert --to text a.bin && tail -n +2 out >from_bytes && tail -n +2 shown.ops >from_text
    cmp from_bytes from_text || fail "the text of bytes and of text differs"
}

case_text_says_what_is_left() {
    printf 'ops 1\np0 = malloc 24\np1 = malloc left-8\nfree p0\nenter\np2 = alloca left\n' >a.ops
    expect 0 convert --to text a.ops && says out "p1 = malloc left-8  # left-8 = 4194272"
    says out "p2 = alloca left  # left = the limit minus live bytes"
}

case_standard_input() {
    good >a.ops && "$allocheck" convert --to bytes -o a.bin a.ops
    expect 0 run - <a.bin && says out "1 of 1 run"
    expect 0 run --text - <a.ops && says out "1 of 1 run"
    expect 2 run --text - <a.bin && says err "-:1:"
    expect 0 convert --to text --text - <a.ops && says out "p0 = malloc 24"
}

case_expectations() {
    { echo '# expect: clean' && good; } >clean.ops
    { echo '# expect: finding zeroed on libc' && good; } >here.ops
    { echo '# expect: finding zeroed on elsewhere' && good; } >elsewhere.ops
    local name=libc
    "$allocheck" list allocators | grep -q '^libc-asan' && name=libc-asan
    sed -i "s/on libc/on $name/" here.ops
    expect 0 run -a libc clean.ops elsewhere.ops
    expect 1 run -a libc here.ops && says out "here.ops: expected finding not shown: zeroed on $name"
    expect 0 run -a libc -O -zeroed here.ops
    { echo '# expect: finding bogus on libc' && good; } >bad.ops
    expect 2 run bad.ops && says err "bad.ops:1:"
}

# with_broken STATUS ARGUMENT...: as expect, on the allocator that breaks its guarantees.
with_broken() {
    local allocheck=$broken
    expect "$@"
}

dirty() { printf 'ops 1\np0 = malloc 8\np1 = calloc 3 40\n'; }
crash() { printf 'ops 1\np0 = malloc 8\np1 = malloc 501\nfree p0\n'; }

case_finding() {
    mkdir "a folder" && dirty >"a folder/it's.ops"
    with_broken 1 run "a folder"
    says out "finding: zeroed on broken"
    says out "->   1  p1 = calloc 3 40"
    says out "1 of 1 run" && says out "1 with a finding"
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out)
    [ -n "$command" ] || fail "no command that reproduces it"
    with_broken 0 run -O -zeroed "a folder"
    cp out clean && (eval "\"$broken\" $command" >out 2>err) && fail "'$command' is clean"
    says out "finding: zeroed on broken"
}

case_crash() {
    crash >a.ops && good >b.ops
    with_broken 1 run a.ops b.ops
    says out "finding: survives on broken" && says out "->   1  p1 = malloc 501"
    says out "SIGABRT in the call" && says out "the heap is broken, giving up"
    says out "2 of 2 run"
    local got=0
    (trap '' CHLD && exec "$broken" run a.ops) >out 2>err || got=$?
    [ "$got" = 1 ] || fail "with SIGCHLD ignored: exit status $got"
    says out "SIGABRT in the call"
}

case_expected_finding() {
    { echo '# expect: finding zeroed on broken' && dirty; } >a.ops
    { echo '# expect: finding survives' && crash; } >b.ops
    with_broken 0 run a.ops b.ops && says out "2 with the expected finding"
    { echo '# expect: finding intact on broken' && dirty; } >c.ops
    with_broken 1 run c.ops && says out "finding: zeroed on broken"
    { echo '# expect: finding zeroed on broken' && crash; } >d.ops
    with_broken 1 run d.ops && says out "finding: survives on broken"
}

# A program that reaches the memory limit stops: no finding, but counted.
case_memory() {
    { echo 'ops 1' && for _ in $(seq 400); do printf 'p0 = malloc 1000000\nfree p0\n'; done; } >a.ops
    "$broken" run -a hoarder --memory 128M --counts a.ops >out || fail "status $?"
    says out "1 of 1 run" && says out "0 with a finding, 1 over the memory limit"
    grep -q '^  programs over memory  *1$' out || fail "not counted"
    good >b.ops
    "$broken" run -a hoarder --memory 128M b.ops >out && says out "0 with a finding"
    grep -q 'bound of memory' out && fail "cut, at 24 bytes"
    { echo 'ops 1' && echo 'with limit=64G' && echo 'repeat 65536: p0 = malloc 1M'; } >c.ops
    expect 0 run --inline --counts --memory 128M -a libc c.ops
    grep -q '^  ops over a limit  *65472$' out || fail "64 GiB were asked for"
}

case_timeout() {
    long >a.ops && good >b.ops
    expect 3 run --timeout 0.001 a.ops b.ops && says err "a.ops: stopped: --timeout of 0.001 s expired"
    says out "0 of 2 run"
    expect 0 run --timeout 1000 b.ops
}

case_status_is_the_first_that_applies() {
    local name=libc
    "$allocheck" list allocators | grep -q '^libc-asan' && name=libc-asan
    { echo "# expect: finding zeroed on $name" && good; } >finding.ops
    long >long.ops
    expect 1 run -a libc --timeout 1000 missing finding.ops
    expect 2 run --timeout 0.001 missing long.ops
    says err "missing: cannot read: No such file" && says err "long.ops: stopped"
}

case_counts() {
    good >a.ops
    expect 0 run --counts a.ops && grep -qE 'checked disjoint +[1-9]' out || fail "never checked"
    expect 0 run --inline -O intact,errno --counts a.ops && says out "checked errno"
    ! grep -q 'checked zeroed' out || fail "an oracle checked that was not asked for"
}

case_lists() {
    expect 0 list allocators && says out "libc"
    expect 0 list oracles && says out "must-succeed"
    expect 0 list ops && says out "p0 = aligned_alloc "
    { echo 'ops 1' && cat out; } >grammar.ops
    expect 0 convert --to text grammar.ops
    [ "$(wc -l <out)" = $(($(wc -l <grammar.ops) + 1)) ] || fail "a line of list ops is lost"
}

# libc_status: what `profile` of the C library ends with: AddressSanitizer's crashes on alignments of 2^63.
libc_status() {
    "$allocheck" profile -a libc >out 2>err || true
    if grep -q '^libc-asan, ' out; then echo 1; else echo 0; fi
}

case_profile() {
    expect "$(libc_status)" profile -a libc && says out "as measured:" && says out "misuse double_free"
    says out "realloc of a block to 0 bytes"
    expect 2 profile libc && says err "unexpected argument 'libc'"
    expect 2 profile -a none && says err "unknown allocator 'none'"
}

# A written profile reads back, holds, and is written again unchanged.
case_profile_round_trip() {
    local name=libc
    "$allocheck" list allocators | grep -q '^slate' && name=slate
    expect 0 profile -a "$name" --json -o a.json && [ ! -s out ] || fail "not in the file alone"
    expect 0 profile -a "$name" --profile a.json --json && cmp out a.json || fail "not the same"
    good >a.ops && expect 0 run -a "$name" --profile a.json a.ops
}

case_profile_mistakes() {
    good >a.ops
    local line key
    while IFS='|' read -r key line; do
        echo "$line" >bad.json
        expect 2 run --profile bad.json a.ops && says err "bad.json$key"
        expect 2 profile --profile bad.json && says err "bad.json$key"
    done <<'END'
: key bogus: unknown|{"bogus": 1}
: key errno_guaranteed.free: unknown|{"errno_guaranteed": {"free": []}}
: key zero.malloc: expected one of block, null, either|{"zero": {"malloc": "frees"}}
: key zero.malloc: expected one of block, null, either|{"zero": {"malloc": 1}}
: key resize_zero.realloc: expected one of block, either, frees, keeps|{"resize_zero": {"realloc": "null"}}
: key min_alignment: expected a whole number, or "unlimited"|{"min_alignment": -1}
: key min_alignment: expected a whole number, or "unlimited"|{"min_alignment": 1.5}
: key min_alignment: expected a whole number, or "unlimited"|{"min_alignment": "16"}
: key min_alignment: expected a power of two, or 0|{"min_alignment": 12}
: key null_not_offered: expected a list of free, realloc, malloc_usable_size|{"null_not_offered": ["calloc"]}
: key declined_quirks: expected a list of unaligned, gaps, |{"declined_quirks": "gaps"}
: key coalesces: expected true or false|{"coalesces": 1}
: key name: expected a string|{"name": null}
: key misuse.double_free: expected a string or null|{"misuse": {"double_free": true}}
: key misuse: expected an object|{"misuse": "all"}
: key measured: expected an object|{"measured": []}
: key errno_guaranteed.malloc: expected a list of wrap, above_ptrdiff_max, exhausted, |{"errno_guaranteed": {"malloc": ["wrap", "all"]}}
: key may_grow: expected this key only once|{"may_grow": true, "may_grow": true}
: expected a JSON object|[]
:1: expected JSON|{"name": "a",}
:1: expected JSON|{"name": "a"} more
END
    printf '{\n"name":\n"a"\n' >bad.json
    expect 2 run --profile bad.json a.ops && says err "bad.json:4: expected JSON"
    expect 2 run --profile missing.json a.ops && says err "missing.json: cannot read: No such file"
    expect 2 run --profile . a.ops && says err ".: cannot read: Is a directory"
}

case_profile_that_does_not_hold() {
    echo '{"name": "wrong", "zero": {"malloc": "null"}, "usable_exact": true}' >wrong.json
    expect 1 profile -a libc --profile wrong.json
    says err "wrong.json: key zero.malloc does not hold: declared null, seen: a block"
    printf 'ops 1\np0 = malloc 0\n' >zero.ops
    expect 0 run -a libc zero.ops
    expect 1 run -a libc --profile wrong.json zero.ops && says out "finding: zero-size"
    says out " --profile wrong.json zero.ops"
    echo '{"name": "free", "zero": {"malloc": "either"}}' >right.json
    expect "$(libc_status)" profile -a libc --profile right.json
    expect 0 run -a libc --profile right.json zero.ops
}

touch out err
"case_$1"
