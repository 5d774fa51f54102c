#!/usr/bin/env bash
# `allocheck sweep', case by case: runs, findings, output, exit status.
# usage: sweep_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing broken allocators)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

says() { grep -qE -e "$2" "$1" || fail "no '$2' in standard $1"; }
refuses() { says err "$1" && [ ! -s out ] || fail "it wrote something"; }
silent() { ! grep -qE -e "$2" "$1" || fail "'$2' in standard $1"; }

# On `mapping' it makes five requests: one when the heap opens, three for blocks, one for growth; and one more
# if growth in place is refused.
write_blocks() {
    printf 'ops 1\np0 = malloc 24\np1 = malloc 100\np2 = malloc 24\np1 = realloc p1 9000\n' >blocks.ops
}

case_bad_input() {
    write_blocks
    expect 2 "$allocheck" sweep && refuses "missing PATH"
    expect 2 "$allocheck" sweep missing.ops && refuses "missing.ops: cannot read: No such file"
    printf 'ops 1\np0 = mallok 9\n' >wrong.ops
    expect 2 "$broken" sweep --allocator mapping wrong.ops && says err "wrong.ops:2:6: expected "
    expect 2 "$allocheck" sweep --allocator none blocks.ops && refuses "unknown allocator 'none'"
    expect 2 "$allocheck" sweep --jobs 0 blocks.ops && refuses "expected a number from 1 to 256, not '0'"
    expect 2 "$allocheck" sweep --seconds 0 blocks.ops && refuses "expected a positive number of seconds, not '0'"
    expect 2 "$allocheck" sweep -o '' blocks.ops && refuses "expected the name of a folder"
    expect 2 "$broken" sweep --allocator mapping -o /proc/no/such blocks.ops && refuses "/proc/no/such/findings: cannot write: No such file"
    mkdir empty && expect 2 "$allocheck" sweep empty && says err "empty: no programs in this folder"
}

# Five runs that refuse one request, five from one on, one without growth in place, six with both.
case_counts() {
    write_blocks
    expect 0 "$broken" sweep --allocator mapping blocks.ops
    says out "^sweep on mapping: 1 program, 5 page requests, 17 runs$"
    says out "^sweep on mapping: 17 runs of 1 program in .* s; done$"
    says out "^  ran .* refused in 17 runs$" && says out "^clean: no finding in 17 runs$"
    silent out "incomplete" && silent out "(runs|programs) skipped"
    expect 0 "$broken" sweep --allocator mapping --jobs 3 blocks.ops blocks.ops
    says out "^sweep on mapping: 34 runs of 2 programs in .* s; done$"
}

# A `refuse' of the program still applies, and its request counts.
case_own_refusals() {
    printf 'ops 1\nrefuse 2\np0 = malloc 24\np1 = malloc 24\np2 = malloc 24\n' >refuse.ops
    expect 0 "$broken" sweep --allocator mapping refuse.ops
    says out "^sweep on mapping: 1 program, 4 page requests, 8 runs$"
}

# The bug shows only at the third request, made by the op with index 1.
case_planted() {
    write_blocks
    expect 1 "$broken" sweep --allocator mapping-third blocks.ops
    says out "^finding: disjoint on mapping-third$" && says out "^ +0  refuse 2$"
    says out "^  found by  page request 3 of 5 refused, in blocks.ops$"
    says out "reproduce allocheck sweep --allocator mapping-third blocks.ops"
    says out "^1 finding:$" && says out "^  disjoint at malloc, and [0-9]+ more like it$"
    expect 0 "$broken" sweep --allocator mapping blocks.ops
    expect 0 "$broken" sweep --allocator mapping-third --without malloc blocks.ops # realloc(NULL) is left
    expect 1 "$broken" sweep --allocator mapping-third --without realloc blocks.ops
    says out "reproduce allocheck sweep --allocator mapping-third --without=realloc blocks.ops"
}

case_kept() {
    write_blocks
    expect 1 "$broken" sweep --allocator mapping-third -o kept blocks.ops
    local folder
    folder=$(echo kept/findings/*)
    says out "^  saved in  $folder$"
    grep -q '^# Found on mapping-third by engine sweep: page request 3 of 5 refused, in blocks.ops.$' \
        "$folder/shrunk.ops" || fail "the origin is missing"
    grep -q '^refuse' "$folder/shrunk.ops" || fail "no op refuses"
    [ "$(grep -c malloc "$folder/shrunk.ops")" = 2 ] || fail "it was not shrunk"
    expect 1 "$broken" run --allocator mapping-third "$folder/shrunk.ops" && says out ", 1 with a finding$"
}

# A bug that needs all requests refused from one on: growth in place fails, then its fallback.
case_from_on() {
    write_blocks
    expect 1 "$broken" sweep --allocator mapping-grows blocks.ops
    # AddressSanitizer sees the use of unmapped memory before the page source does.
    says out "^finding: (page-log|survives) on mapping-grows$" && says out "^ +0  refuse_from 3$"
    says out "^  found by  page requests 4 to 5 refused, in blocks.ops$"
    expect 1 "$broken" sweep --allocator mapping-grows -o kept blocks.ops
    local program
    for program in kept/findings/*/shrunk.ops; do
        expect 1 "$broken" run --allocator mapping-grows "$program" && says out ", 1 with a finding$"
    done
}

# A finding that no op can express is printed, but not saved.
case_opening() {
    write_blocks
    expect 1 "$broken" sweep --allocator mapping-open blocks.ops
    says out "^finding: page-log on mapping-open$" && says out "page request 1 of 5 refused, in blocks.ops"
    expect 1 "$broken" sweep --allocator mapping-open -o kept blocks.ops
    says out "^    \(not saved\)$" && [ -z "$(ls kept/findings)" ] || fail "something was saved"
}

# Planted bugs, each found by its oracle.
case_planted_bugs() {
    printf 'ops 1\np0 = malloc 100000\np1 = calloc 1 100000\nfree p0\np0 = malloc 64\n' >plain.ops
    local pair
    for pair in uses-refused-pages:survives refused-without-enomem:errno clears-null:survives; do
        expect 1 "$broken" sweep --allocator "${pair%:*}" plain.ops
        says out "^finding: ${pair#*:} on ${pair%:*}$"
    done
    for pair in boundary slab; do
        expect 0 "$broken" sweep --allocator $pair plain.ops && says out "; done$"
    done
}

# A program that hangs is not run again: each hang takes seconds.
case_hang() {
    printf 'ops 1\np0 = malloc 100000\np1 = malloc 100000\np2 = malloc 64\n' >plain.ops
    expect 1 "$broken" sweep --allocator failure-keeps-lock --call-time 0.1 plain.ops
    says out "^finding: liveness on failure-keeps-lock$"
    says out "^  runs skipped +[0-9]+ of programs with enough findings$"
}

# A finding without any refusal is reported, unless the program expects it.
case_wrong_already() {
    printf 'ops 1\nrepeat 19: p0 = malloc 768\n' >bounds.ops
    expect 1 "$broken" sweep --allocator counts-slot-too-many bounds.ops
    says out "^finding: in-bounds on counts-slot-too-many$"
    says out "found by  bounds.ops, without any refusal$"
    says out "reproduce allocheck run --allocator counts-slot-too-many bounds.ops"
    sed -i '1i # expect: finding in-bounds on counts-slot-too-many' bounds.ops
    printf 'ops 1\np0 = malloc 24\n' >plain.ops
    expect 0 "$broken" sweep --allocator counts-slot-too-many bounds.ops plain.ops
    says out "^  programs skipped +1 with the finding that they expect$"
}

case_json() {
    write_blocks
    expect 1 "$broken" sweep --allocator mapping-third --json came.json blocks.ops
    python3 - <<'END' || fail "came.json is wrong"
import json
came = json.load(open("came.json"))
assert came["summary"]["exit_status"] == 1 and came["allocator"]["name"] == "mapping-third"
swept, (ran, finding) = came["campaign"], came["inputs"]
assert swept["page_requests"] == 5 and swept["runs"] == 17 and swept["findings"] == 1
assert ran["input"] == "sweep" and ran["verdict"] == "passed" and finding["verdict"] == "finding"
assert finding["finding"]["oracle"]["id"] == "disjoint"
assert finding["reproduce"].endswith("mapping-third blocks.ops")
END
    expect 0 "$broken" sweep --allocator mapping --json came.json blocks.ops
    grep -q '"findings":.* 0\|"findings":[[:space:]]*0' came.json || fail "findings in came.json"
    expect 2 "$broken" sweep --allocator mapping --json /proc/no/such.json blocks.ops
    refuses "/proc/no/such.json: cannot write: No such file"
}

case_nothing_to_refuse() {
    printf 'ops 1\nfill p0\n' >idle.ops
    expect 2 "$broken" sweep --allocator broken idle.ops
    says err "nothing was refused: no program made a page request|cannot be swept"
}

# Without a page source, page requests are trapped if the machine can.
traps() {
    expect 0 "$allocheck" list allocators
    ! grep -q libc-asan out && [ "$(uname -sm)" = "Linux x86_64" ]
}

case_trapped() {
    printf 'ops 1\np0 = malloc 3000000\np1 = malloc 24\np2 = malloc 5000000\n' >large.ops
    if ! traps; then
        expect 2 "$allocheck" sweep --allocator libc large.ops
        says err "cannot be swept: it takes no page source, and page requests cannot be trapped$"
        return
    fi
    expect 0 "$allocheck" sweep --allocator libc large.ops && says out "; done$"
    says out "refused in [1-9][0-9]* runs" && silent out "not reached"
    printf 'ops 1\nrefuse 1\np0 = malloc 3000000\n' >refuse.ops
    expect 0 "$allocheck" run --inline --counts --trap --allocator libc refuse.ops
    says out "page requests refused +1$"
    expect 0 "$allocheck" run --inline --counts --allocator libc refuse.ops
    says out "ops not offered +1$" && silent out "page requests"
}

# An allocator that ends its process when it is refused pages is reported once; the other runs are skipped.
case_gives_up() {
    if ! traps; then return; fi
    printf 'ops 1\np0 = malloc 3000\np1 = malloc 24\np2 = malloc 500\n' >three.ops
    expect 1 "$broken" sweep --allocator quitter three.ops three.ops
    says out "^sweep on quitter: 2 programs, 6 page requests, 12 runs$"
    says out "^finding: survives on quitter$" && says out "SIGABRT in the call"
    says out "^  runs skipped +11 that would end the process$" && says out "^1 finding:$"
    expect 1 "$broken" sweep --allocator quitter -o kept three.ops
    local program
    program=$(echo kept/findings/*/shrunk.ops)
    grep -qx '# Shows a finding of survives on quitter, with --trap.' "$program" || fail "trap not reported"
    expect 1 "$broken" run --trap --allocator quitter "$program" && says out ", 1 with a finding$"
    # From its folder, it is trapped as its finding.json says.
    expect 1 "$broken" run --allocator quitter kept/findings && says out ", 1 with a finding$"
    cp "$program" plain.ops
    expect 0 "$broken" run --allocator quitter plain.ops
    grep -q "SECCOMP_RET_TRAP" kept/findings/*/repro.c || fail "no C file that traps"
}

# Programs that expect a trap, and only those, are trapped in every command.
case_expects_trap() {
    printf 'ops 1\nrefuse 1\np0 = malloc 3000\n' >plain.ops
    { echo '# expect: finding survives on quitter with trap' && cat plain.ops; } >trapped.ops
    if ! traps; then
        expect 0 "$broken" run --allocator quitter trapped.ops
        says out ", 1 without the expected trap$"
        return
    fi
    expect 0 "$broken" run --allocator quitter plain.ops trapped.ops plain.ops
    says out "3 of 3 run, .* 0 with a finding, 1 with the expected finding$"
    expect 1 "$broken" explain --allocator quitter trapped.ops && says out "SIGABRT in the call"
    expect 1 "$broken" explain --allocator quitter --html page.html trapped.ops
    expect 0 "$broken" shrink --allocator quitter trapped.ops -o shrunk.ops
    grep -qx '# expect: finding survives on quitter with trap' shrunk.ops || fail "trap not reported"
    expect 0 "$broken" run --inline --counts --allocator mapping trapped.ops
    says out "page requests refused +1$" && silent out "without the expected trap"
    expect 0 "$allocheck" run --inline --counts --allocator libc trapped.ops
}

# A finding that needs no trap is saved without one.
case_needs_no_trap() {
    if ! traps; then return; fi
    { printf 'ops 1\np0 = malloc 2000000\n' && printf 'p1 = calloc 3 11\n'; } >dirty.ops
    expect 1 "$broken" sweep --allocator broken -o kept dirty.ops
    grep -q '^# Shows a finding of zeroed on broken.$' kept/findings/zeroed*/shrunk.ops ||
        fail "it is reported to need a trap"
}

# A profile can say that exhaustion ends the process.
case_profile() {
    if ! traps; then return; fi
    expect 0 "$allocheck" profile --allocator libc --json -o libc.json
    sed -i 's/"exhaustion_ends_process":.*false/"exhaustion_ends_process": true/' libc.json
    printf 'ops 1\np0 = malloc 3000000\np2 = malloc 5000000\n' >large.ops
    expect 2 "$allocheck" sweep --allocator libc --profile libc.json large.ops
    says out "^all runs are skipped: by its profile, libc ends the process when memory is exhausted$"
    says err "nothing was refused: the process would end$"
}

case_time() {
    printf 'ops 1\nrepeat 20000: p0 = malloc 24\n' >long.ops
    expect 3 "$broken" sweep --allocator mapping --seconds 5 long.ops
    says out "; time limit reached$" && says out "^  runs skipped +([0-9]+ [a-z ]+, )?[0-9]+ out of time$"
}

touch out err
"case_$1"
