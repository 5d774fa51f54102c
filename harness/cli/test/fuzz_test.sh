#!/usr/bin/env bash
# `allocheck fuzz' and `triage', case by case: findings, saved files, output, exit status.
# usage: fuzz_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing broken allocators)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

says() { grep -qE -e "$2" "$1" || fail "no '$2' in standard $1"; }
findings() { ls -A allocheck-out/findings | tr '\n' ' '; }

# holds FOLDER FILE...: exactly these files, none of them empty.
holds() {
    local folder=$1 file
    shift
    [ "$(ls -A "$folder" | tr '\n' ' ')" = "$* " ] || fail "$folder holds $(ls -A "$folder")"
    for file in "$@"; do
        [ -s "$folder/$file" ] || fail "$folder/$file is empty"
    done
}

# describes FOLDER MEMBER VALUE ...: members of finding.json, as Python prints them.
describes() {
    python3 -c '
import json, sys
with open(sys.argv[1] + "/finding.json", encoding="utf-8") as file:
    finding = json.load(file)
for path, wanted in zip(sys.argv[2::2], sys.argv[3::2]):
    value = finding
    for key in path.split("."):
        value = value[key]
    if str(value) != wanted:
        sys.exit(f"{path} is {value}, not {wanted}")' "$@" 2>err || fail "$1 describes something else"
}

# Runs the command printed with the finding: it must fail, with the same oracle.
reproduces() {
    local command
    command=$(sed -n 's/^ *reproduce allocheck //p' out | head -1)
    [ -n "$command" ] || fail "no command that reproduces it"
    eval "expect 1 \"$broken\" $command"
    says out "^allocheck-out/findings/.*: finding: $1 on " && says out ", 1 with a finding$"
}

case_finding_is_kept() {
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    says out "^finding: zeroed on broken" && says out "1 finding:"
    says out "^ +->   0  p[0-9]+ = calloc " && says out "; shrunk to 1 of [0-9]+ ops"
    [[ "$(findings)" =~ ^zeroed-calloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    local folder
    folder=$(echo allocheck-out/findings/*)
    holds "$folder" finding.json input report.html repro.c shrunk.ops
    grep -q '^# Shows a finding of zeroed on broken.$' "$folder/shrunk.ops" || fail "it does not say what it shows"
    ! grep -q '^# expect:' "$folder"/* || fail "it expects the finding"
    says out "^  saved in  $folder$" && says out "^    $folder$"
    reproduces zeroed
}

# finding.json has the details, and `input' shows the finding again.
case_finding_is_described() {
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed --memory 1G
    local folder
    folder=$(echo allocheck-out/findings/*)
    describes "$folder" name "$(basename "$folder")" oracle.id zeroed op.kind calloc \
        op_kinds "['calloc']" search.engine random search.random_seed 7 search.confirmed True \
        search.ops_after 1 options.oracles "['zeroed']" options.memory 1073741824 \
        allocator.name broken allocator.sha256 "$(sha256sum "$broken" | cut -d' ' -f1)" \
        tool.version "$("$broken" --version | sed -n 's/^allocheck //p')" files "['input', 'shrunk.ops', 'repro.c', 'report.html']" not_made "[]" \
        reproduce "allocheck run --allocator broken --oracles=zeroed --memory=1073741824 shrunk.ops" \
        arguments "['run', '--allocator', 'broken', '--oracles=zeroed', '--memory=1073741824', 'shrunk.ops']"
    says out "reproduce allocheck run --allocator broken --oracles=zeroed --memory=1073741824 $folder/shrunk.ops"
    expect 1 "$broken" run --allocator broken "$folder/input" && says out "finding: zeroed on broken"
}

# One C file cannot show what takes a second process: the file is listed as not made, which is no error.
case_not_made() {
    expect 1 "$broken" fuzz --allocator remembers-last-heap --seed 1
    says out "^  not made  repro.c: .*deterministic"
    holds allocheck-out/findings/* finding.json input report.html shrunk.ops
    grep -q '"differs":.*"op [0-9]*: ' allocheck-out/findings/*/finding.json || fail "the call is not named"
    describes allocheck-out/findings/* files "['input', 'shrunk.ops', 'report.html']"
    grep -q '"file":[[:space:]]*"repro.c"' allocheck-out/findings/*/finding.json || fail "not reported"
}

# Saving a finding again replaces its files and keeps foreign ones.
case_finding_again() {
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    local folder
    folder=$(echo allocheck-out/findings/*)
    echo mine >"$folder/notes"
    echo old | tee "$folder/shrunk.ops" "$folder/repro.c" >"$folder/finding.json"
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    holds "$folder" finding.json input notes report.html repro.c shrunk.ops
    [ "$(findings)" = "$(basename "$folder") " ] || fail "saved: $(findings)"
    describes "$folder" oracle.id zeroed
    reproduces zeroed
}

# One planted bug for each way to notice one: an answer, the end of the process, the page source, a second
# run, many runs.
case_planted_bugs() {
    local planted oracle seed
    while read -r planted oracle seed; do
        rm -rf allocheck-out
        expect 1 "$broken" fuzz --allocator "$planted" --seed "$seed" --programs 200000
        says out "^finding: $oracle on $planted"
        [[ "$(findings)" =~ ^$oracle-[a-z_]+-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
        reproduces "$oracle"
    done <<'END'
empty-counts-as-new zeroed 1
uses-refused-pages survives 1
unmaps-unrounded page-log 1
remembers-last-heap deterministic 1
loses-large-runs no-growth 3000
END
}

# A finding that takes many programs of one process is joined with them.
case_joined() {
    expect 1 "$broken" fuzz --allocator tired --seed 3
    says out "^finding: zeroed on tired" && says out "^ +found by  random seed [0-9]+"
    grep -qE '^# Joined with the [0-9]{2,} programs before it in its process' \
        allocheck-out/findings/zeroed-calloc-*/shrunk.ops || fail "not joined"
    # Only calls of calloc are needed, and the last one shows it.
    local calls
    calls=$(grep -c calloc allocheck-out/findings/zeroed-calloc-*/shrunk.ops)
    [ "$calls" -le 2 ] || fail "shrunk to $calls calls"
    reproduces zeroed
    # `input' is the joined program, in bytes if they can name its slots.
    local input
    input=$(ls -d allocheck-out/findings/*/input*)
    expect 1 "$broken" run --allocator tired "$input" && says out "finding: zeroed on tired"
}

# A bug that only counts calls needs no more than a repeat: 1302 ops of ninety programs are two.
case_worn() {
    expect 1 "$broken" fuzz --allocator worn --seed 3
    says out "found by  random seed [0-9]+; shrunk to 2 of [0-9]{4,} ops$"
    # calloc shows it after 3001 calls, of which the child of a fork makes ten
    grep -qxE 'repeat (3001|2991): p0 = malloc 0' allocheck-out/findings/*/shrunk.ops || fail "not shrunk"
    describes allocheck-out/findings/* search.minimal True
}

# A finding that could not be shrunk in time says so, with the command that goes on.
case_not_minimal() {
    local command
    expect 1 "$broken" fuzz --allocator weary --seed 3 --shrink-seconds 0.01
    says out "; shrunk to [0-9]+ of [0-9]+ ops, not minimal$"
    describes allocheck-out/findings/* search.minimal False
    grep -q '; not minimal.$' allocheck-out/findings/*/shrunk.ops || fail "the program does not say so"
    command=$(sed -n 's/^ *shrink it [^ ]* //p' out)
    eval "expect 0 \"$broken\" $command --seconds 1" && says err "^zeroed at [a-z]+: shrunk to "
}

# A hang is tried with the last op alone, in calls that end soon.
case_hang_is_shrunk() {
    printf 'ops 1\nrepeat 300: p0 = malloc 24\ncheck_all\nfree_every 2\np9 = malloc 504\ntrim\n' >hang.ops
    expect 1 "$broken" triage --allocator halting --call-time 0.2 hang.ops
    says out "; shrunk to 1 of 5 ops$"
}

case_seen_once() {
    expect 1 "$broken" fuzz --allocator once --seed 3 --programs 300
    says out ": 300 programs in " && says out "; done$" # it did not end the campaign
    says out "^  not confirmed: it does not show again alone, nor after the [0-9]+ programs that ran before it$"
    says out "zeroed at calloc \(not reproduced\)"
    [[ "$(findings)" =~ ^unconfirmed-zeroed-calloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    holds allocheck-out/findings/* finding.json input joined.ops
    describes allocheck-out/findings/* search.confirmed False
    expect 0 "$broken" run --allocator once allocheck-out/findings
    says out "2 of 2 run"
}

# What was not confirmed becomes a repeat once a confirmed cause is seen there, and no finding of its
# own if it comes later.
case_unconfirmed_joins_a_cause() {
    printf 'ops 1\np0 = realloc p0 max\n' >fickle.ops
    printf 'ops 1\np0 = malloc max\n' >malloc.ops
    printf 'ops 1\np0 = realloc p0 max-100\n' >realloc.ops
    local order
    expect 1 "$broken" triage --allocator fickle fickle.ops malloc.ops
    says out "^2 findings:$" && says out "^  must-fail at realloc \(not reproduced\)$"
    expect 1 "$broken" findings allocheck-out && says out "^2 distinct of 2 findings$"
    expect 1 "$broken" triage --allocator fickle -o more realloc.ops malloc.ops
    expect 1 "$broken" findings allocheck-out more && says out "^1 distinct of 3 findings$"
    says out "^must-fail-malloc-[0-9a-f]{8}: must-fail at malloc on fickle, 3 times$"
    for order in "fickle.ops malloc.ops realloc.ops" "malloc.ops realloc.ops fickle.ops"; do
        rm -rf allocheck-out runs
        expect 1 "$broken" triage --allocator fickle $order
        says out "^1 finding:$" && says out "^  must-fail at malloc, and [12] more like it$"
        says out "also seen at: must-fail at realloc: p0 = realloc p0 max-1$"
        [[ "$(findings)" =~ ^must-fail-malloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    done
}

# What shows only after the failed check of a known finding counts as that finding.
case_consequences() {
    expect 1 "$broken" fuzz --allocator aftermath --seed 3 --programs 300 --keep-going
    says out "^ +went on after +[0-9,]+ checks? that failed as known$"
    says out "^1 finding:$" && says out "^  zeroed at (calloc|fork), and [0-9,]+ more like it$"
    [[ "$(findings)" =~ ^zeroed-[a-z]+-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
}

# What only the programs of the engine's process show, one after another, is confirmed there.
case_in_process() {
    local command
    expect 1 "$broken" fuzz --allocator thrice --seed 3 --seconds 60
    says out "; confirmed in the engine.s process;$" && says out "zeroed at calloc \(in the engine's process\)"
    says out "; stopped at a finding$"
    [[ "$(findings)" =~ ^in-process-zeroed-calloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    describes allocheck-out/findings/* search.confirmed True search.in_process True
    command=$(sed -n 's/^ *reproduce [^ ]* //p' out | head -1)
    [[ "$command" == fuzz\ *--first=*--programs=* ]] || fail "it prints $command"
    rm -rf allocheck-out runs
    eval "expect 1 \"$broken\" $command" && says out "zeroed at calloc \(in the engine's process\)"
}

# What only several programs in one process show is shrunk to the fewest and simplest of them.
case_process_is_shrunk() {
    local engine folder command
    for engine in random exhaustive; do
        rm -rf allocheck-out
        expect 1 "$broken" fuzz --allocator reopened --seed 3 --engine $engine
        says out "; confirmed in the engine.s process;$"
        says out "^ +shrunk to 2 programs in one process, 2 of [0-9]+ ops$"
        says out "^  earlier   process-1.ops: p0 = malloc 1000$"
        folder=$(echo allocheck-out/findings/*)
        holds "$folder" finding.json input process-1.ops process-2.ops
        diff <(grep -hv '^#' "$folder"/process-*.ops) \
            <(printf '%s\n' 'ops 1' 'p0 = malloc 1000' 'ops 1' 'p0 = calloc 1 1') >difference ||
            fail "$engine: $(cat difference)"
        command=$(sed -n 's/^ *reproduce [^ ]* //p' out | head -1)
        [[ "$command" == "run "*" --one-process "*/process-1.ops\ *process-2.ops ]] || fail "it prints $command"
        eval "expect 1 \"$broken\" $command" && says out "process-2.ops: finding: zeroed on reopened$"
        expect 0 "$broken" ${command/--one-process/}
    done
}

# --first: the same program as in the campaign from its beginning.
case_first() {
    local seed
    expect 1 "$broken" fuzz --allocator rare --seed 5
    seed=$(sed -nE 's/^ *found by  random seed ([0-9]+).*/\1/p' out)
    expect 1 "$broken" fuzz --allocator rare --seed 5 --first $((seed - 5)) --programs 1
    says out "found by  random seed $seed;" && says out ": 1 program in "
}

case_keep_going() {
    expect 1 "$broken" fuzz --allocator twice --seed 5 --programs 1500 --keep-going
    says out "^finding: zeroed on twice" && says out "^finding: survives on twice"
    says out ": 1500 programs in " && says out "^2 findings:" && says out "more like it"
    says out "the heap is broken, giving up"
    local each='-[0-9a-f]{8} '
    [[ "$(findings)" =~ ^survives-malloc${each}zeroed-(calloc|fork)${each}$ ]] || fail "saved: $(findings)"
    says out "^    also seen at: zeroed at (calloc|fork): " # whose child callocs
    grep -q '"also_seen":' allocheck-out/findings/zeroed-*/finding.json || fail "finding.json does not list it"
    grep -q '"also_seen":' allocheck-out/findings/zeroed-*/report.html || fail "the page does not list it"
    grep -q 'repro.c is \(not \)*verified' allocheck-out/findings/zeroed-*/report.html ||
        fail "the updated page forgot the C file"
}

# results: the output and files of a run, without times, and without what depends on addresses: behaviours,
# pages, and a sanitizer's process id.
results() {
    {
        grep -vE '^[0-9]+:[0-9]{2}  ' out
        rm -f allocheck-out/findings/*/report.html
        tail -n +1 allocheck-out/findings/*/*
    } | sed -E 's, in [0-9.]+ s \([0-9]+/s\),,; s/ [0-9]+ behaviours,?//; s/==[0-9]+==/==/g'
    rm -rf allocheck-out
}

# Only findings that shrink quickly: a result at the time limit would depend on the machine.
case_same_seed() {
    local allocator count
    while read -r allocator count; do
        expect 1 "$broken" fuzz --allocator "$allocator" --seed 9 --programs "$count" --keep-going
        results >first
        expect 1 "$broken" fuzz --allocator "$allocator" --seed 9 --programs "$count" --keep-going
        results >second
        diff first second || fail "$allocator: the second run differs"
    done <<'END'
tired 100
twice 500
trims-below-list 500
END
}

case_other_seed() {
    expect 1 "$broken" fuzz && says out "random seed [0-9]+"
    local first
    first=$(grep -oE 'random seed [0-9]+' out | head -1)
    expect 1 "$broken" fuzz
    ! grep -q "$first," out || fail "the same seed was drawn twice"
}

# More processes find the same: results of a block do not depend on the process that runs it.
case_jobs() {
    expect 1 "$broken" fuzz --allocator twice --seed 5 --programs 5000 --keep-going --jobs 3
    says out ": 5000 programs in " && says out "3 jobs" && says out "^2 findings:"
    reproduces "[a-z]*"
}

case_seeds_given() {
    printf 'ops 1\np0 = calloc 3 9\n' >dirty.ops && printf 'ops 1\np0 = malloc 9\n' >good.ops
    expect 1 "$broken" fuzz --programs 1 good.ops dirty.ops
    says out "found by  dirty.ops; shrunk to 1 of 1 ops" && says out ": 2 programs in " && says out " 2 programs replayed"
    printf 'ops 1\np0 = mallok 9\n' >wrong.ops
    expect 2 "$broken" fuzz --programs 1 --oracles survives wrong.ops && says err "wrong.ops:2:"
}

# Crash files of other engines are confirmed, shrunk and saved in the same way.
case_triage() {
    printf 'ops 1\np1 = malloc 8\nfree p1\np0 = calloc 3 9\n' >dirty.ops
    printf 'ops 1\np0 = malloc 9\n' >good.ops
    "$broken" convert --to bytes dirty.ops >crash-1 && "$broken" convert --to bytes good.ops >crash-2
    expect 1 "$broken" triage crash-1 crash-2
    says out "found by  crash-1; shrunk to 1 of 3 ops" && says out " 2 programs replayed" && says out "^1 finding:"
    cmp crash-1 allocheck-out/findings/*/input || fail "the input differs"
    rm -rf allocheck-out
    expect 1 "$broken" triage dirty.ops
    cmp dirty.ops allocheck-out/findings/*/input.ops || fail "the text differs"
    expect 0 "$broken" triage good.ops
    expect 2 "$broken" triage && says err "missing FILE"
}

# One oracle at one kind of op, but two findings: they need different ops.
case_distinct() {
    printf 'ops 1\np0 = calloc 3 90\n' >large.ops
    printf 'ops 1\np0 = malloc 9\np1 = calloc 9 77\n' >larger.ops
    printf 'ops 1\np0 = malloc 30\nfree p0\np1 = malloc 1\np2 = calloc 2 5\n' >small.ops
    expect 1 "$broken" triage --allocator either large.ops larger.ops small.ops
    says out "^2 findings:" && says out "^  zeroed at calloc, and 1 more like it$"
    [[ "$(findings)" =~ ^zeroed-calloc-[0-9a-f]{8}\ zeroed-calloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    grep -q '"op_kinds":.*\["malloc", "free", "calloc"\]' allocheck-out/findings/*/finding.json || fail "the second is not saved"
    grep -q '"op_kinds":.*\["calloc"\]' allocheck-out/findings/*/finding.json || fail "the first is not saved"
    expect 1 "$broken" run --allocator either allocheck-out/findings && says out ", 2 with a finding$"
}

# Distinct findings of several folders are counted; files that are no finding are errors.
case_findings() {
    local seed
    for seed in 1 2 3; do
        expect 1 "$broken" fuzz --allocator twice --seed $seed --programs 500 --keep-going -o "out$seed"
    done
    expect 1 "$broken" findings out1 out2 out3
    says out "^zeroed-calloc-[0-9a-f]{8}: zeroed at calloc on twice, 3 times$"
    says out "^survives-malloc-[0-9a-f]{8}: survives at malloc on twice, 3 times$"
    says out "^  also at   zeroed at fork: fork" # whose child callocs
    [ "$(grep -c '^  saved in  out[123]/findings/' out)" = 6 ] || fail "not each is named"
    says out "^2 distinct of 6 findings$" && says out "^  reproduce allocheck run --allocator twice out1/"
    expect 1 "$broken" findings out1 --html page.html && [ -s page.html ] || fail "no page"
    mkdir empty && expect 0 "$broken" findings empty && says out "^0 distinct of 0 findings$"
    mkdir -p bad/1 bad/2 bad/3 bad/4 && echo '{"finding": 1, "name": "x"}' >bad/1/finding.json
    echo '[]' >bad/2/finding.json && echo '{"finding": 9}' >bad/3/finding.json && touch bad/4/finding.json
    expect 2 "$broken" findings bad
    says err "bad/1/finding.json: expected a string member 'oracle.id'$"
    says err "bad/2/finding.json: expected the JSON object of a finding$"
    says err "bad/3/finding.json: expected format 1, not 9$" && says err "bad/4/finding.json: the file is empty$"
    expect 1 "$broken" findings out1 bad && says out "^2 distinct of 2 findings$"
    expect 2 "$broken" findings && says err "missing DIR"
    expect 2 "$broken" findings no/such && says err "no/such: cannot read: No such file"
    expect 2 "$broken" findings page.html && says err "page.html: cannot read: Not a directory"
}

# Two bugs in three campaigns: one shows at calloc and in the child of fork, which have other names.
case_findings_by_cause() {
    printf 'ops 1\np0 = calloc 3 90\n' >1_calloc.ops
    printf 'ops 1\nfork\n' >2_fork.ops
    printf 'ops 1\np0 = malloc 30\nfree p0\np2 = calloc 2 5\n' >3_after_free.ops
    local each
    for each in 1_calloc 2_fork 3_after_free; do
        expect 1 "$broken" triage --allocator either -o "$each" $each.ops
    done
    expect 1 "$broken" findings [123]_*/ && says out "^2 distinct of 3 findings$"
    says out "^zeroed-calloc-[0-9a-f]{8}: zeroed at calloc on either, 2 times$"
    says out "^  also at   zeroed at fork: fork$" && says out "zeroed at calloc on either$"
    [ "$(grep -c '^  saved in  [123]_' out)" = 3 ] || fail "not each is named"
    mkdir all && mv [123]_*/ all
    expect 1 "$broken" findings all --html page.html
    [ "$(grep -o '"group": *[0-9]*' page.html | tr -dc '0-9\n' | tr '\n' ' ')" = "0 0 2 " ] || fail "wrong groups on the page"
    grep -q '"also_seen": *\["zeroed at fork: fork"\]' page.html || fail "the page does not list the other place"
}

# From a folder of findings, the shrunk programs run.
case_folder_of_findings() {
    expect 1 "$broken" fuzz --allocator twice --seed 5 --programs 1500 --keep-going
    expect 1 "$broken" run --allocator twice allocheck-out/findings
    says out "2 of 2 run" && says out ", 2 with a finding"
    says out "^skipped: allocheck-out/findings/zeroed-[a-z]*-[0-9a-f]{8}/finding.json$"
    says out "^skipped: allocheck-out/findings/zeroed-[a-z]*-[0-9a-f]{8}/input$"
}

case_seconds() {
    expect 0 "$allocheck" fuzz --engine random --allocator libc --seconds 2 && says out "; 2 s$"
    says out "; time limit reached$"
}

# with_signal SIGNAL: stops a running campaign. Its --seconds ends it if this test is killed.
with_signal() {
    local got=0
    rm -f out # of the signal before
    env --default-signal="$1" "$allocheck" fuzz --engine random --allocator libc --jobs 2 --oracles -no-growth \
        --seconds 900 >out 2>err &
    wait_until $! grep -q ' programs ' out
    kill -s "$1" $!
    wait $! || got=$?
    [ "$got" = 5 ] || fail "$1: exit status $got"
    says out "^random on libc.*: [0-9]+ programs? in .*; interrupted$" && says out "^no finding in [1-9]"
}

# Given programs that were not run in time are counted, and nothing is called clean.
case_no_time() {
    printf 'ops 1\np0 = malloc 24\n' >a.ops
    expect 2 "$allocheck" fuzz --engine random --allocator libc --seconds 0.001 a.ops
    says out "^  not replayed +1 given program: out of time$" && says out "^no finding in 0 programs$"
    says err "nothing was tested"
}

# A call that still hangs at the end is named; only what ran to its end is clean.
case_hangs_at_the_end() {
    printf 'ops 1\np0 = malloc 24\np1 = malloc 4096\n' >hang.ops && printf 'ops 1\np0 = malloc 24\n' >good.ops
    expect 3 "$broken" triage --allocator halting --seconds 3 --oracles -no-growth --json results.json good.ops hang.ops
    says out "^  incomplete +1 still running at the end$" && says out "^no finding in 1 program; 1 did not end$"
    says out "^  did not end +in malloc for [1-9][0-9.]* s \(hang.ops\); give more time$"
    grep -q '"exit_status":.*3' results.json || fail "another status in results.json"
    printf 'ops 1\nrepeat 3001: p0 = malloc 24\nfork\n' >fork.ops # its child calls calloc
    expect 3 "$broken" fuzz --engine random --allocator stuck --seed 1 --seconds 2 --oracles -no-growth fork.ops
    says out "^  did not end +at fork \(fork.ops\); give more time$"
    says out "^no finding in 0 programs; 1 did not end$"
    expect 0 "$broken" triage --allocator halting --seconds 60 good.ops && says out "^clean: no finding in 1 program$"
}

# Findings before Ctrl-C are complete and printed.
case_interrupt_keeps_findings() {
    local got=0 folder
    env --default-signal=INT "$broken" fuzz --engine random --allocator twice --seed 5 --keep-going --jobs 2 \
        --oracles -no-growth --seconds 900 >out 2>err &
    wait_until $! grep -q '^  saved in ' out
    kill -s INT $!
    wait $! || got=$?
    [ "$got" = 1 ] || fail "exit status $got"
    says out "; interrupted$" && says out "^[12] findings?:"
    for folder in allocheck-out/findings/* allocheck-out/findings/.[!.]*; do
        case $folder in
        "allocheck-out/findings/.[!.]*") ;;
        */unconfirmed-*) holds "$folder" finding.json input ;; # Ctrl-C came while it was confirmed
        *) holds "$folder" finding.json input report.html repro.c shrunk.ops ;;
        esac
    done
    [ "$(ls allocheck-out/findings | wc -l)" = "$(sed -n 's/^\([12]\) findings\{0,1\}:$/\1/p' out)" ] ||
        fail "saved: $(findings)"
}

# --call-time decides what a hang is, and is part of the printed command.
case_call_time() {
    expect 1 "$broken" fuzz --engine random --allocator failure-keeps-lock --seed 1 --call-time 0.2
    says out "^finding: liveness on failure-keeps-lock" && says out "reproduce .* --call-time=0.2 "
    reproduces liveness
}

case_interrupt() {
    with_signal INT
    with_signal TERM
}

case_clean() {
    expect 0 "$allocheck" fuzz --engine random --allocator libc --seed 1 --programs 300 --oracles -no-growth
    says out ": 300 programs in .*; done$" && says out " [1-9][0-9]* ops, [1-9][0-9]* calls" && says out "^clean: no finding in [1-9][0-9]* programs$"
    [ -z "$(findings)" ] || fail "saved: $(findings)"
}

# Programs go on after a wrapping calloc that is known; what they find then is saved without it.
case_goes_on_after_known() {
    printf 'ops 1\np0 = calloc half 3\np1 = calloc 1 257\n' >both.ops
    expect 1 "$broken" triage --allocator granting --oracles must-fail,zeroed -o given both.ops
    says out '^triage on granting: 1 program in ' && says out "^2 findings:$"
    says out '^  went on after +[1-9][0-9]* checks? that failed as known$'
    ! grep -q 'calloc half 3' given/findings/zeroed-*/shrunk.ops || fail "the known finding is saved, too"
    expect 1 "$broken" fuzz --engine random --allocator granting --seed 9000 --oracles must-fail,zeroed --programs 1100 --keep-going
    says out "^  went on after +[1-9][0-9]* checks? that failed as known$" && says out "^2 findings:$"
    [[ "$(findings)" =~ ^must-fail-calloc-[0-9a-f]{8}\ zeroed-calloc-[0-9a-f]{8}\ $ ]] || fail "saved: $(findings)"
    local oracle
    for oracle in must-fail zeroed; do
        expect 1 "$broken" run --allocator granting allocheck-out/findings/$oracle-*/shrunk.ops
        says out "finding: $oracle on granting"
    done
}

# A known bug, left out.
case_without() {
    expect 1 "$broken" fuzz --engine random --allocator broken --seed 7 --oracles zeroed --programs 200
    expect 0 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed --programs 200 --without calloc,size-zero
    expect 2 "$broken" fuzz --without calloc,nothing && says err "unknown function or trait 'nothing'"
    says err "realloc-null" && says err "free_aligned_sized"
    # Of given programs, too; what is saved is what ran.
    printf 'ops 1\np0 = malloc 501\np1 = malloc 8\nfree p1\np0 = calloc 3 9\n' >two.ops
    expect 1 "$broken" triage two.ops && says out "^finding: survives on broken"
    expect 1 "$broken" triage --without malloc -o rest two.ops && says out "^finding: zeroed on broken"
    ! grep -q 501 "$(echo rest/findings/*)/input" || fail "the input has what was left out"
    expect 1 "$broken" run "$(echo rest/findings/*)/input" && says out "finding: zeroed on broken"
    expect 0 "$broken" triage --without malloc,calloc --oracles -no-growth two.ops
    local small="--engine exhaustive --allocator broken --oracles zeroed --depth 2 --sizes 4"
    expect 1 "$broken" fuzz $small && says out "^finding: zeroed on broken"
    expect 0 "$broken" fuzz $small --without calloc,size-zero && says out "^scope complete: all [1-9]"
    expect 2 "$broken" fuzz $small --without malloc,calloc,realloc,aligned_alloc,free,fill,malloc_usable_size
    says err "without leaves no op to test; leave out less"
}

case_bad_options() {
    expect 2 "$allocheck" fuzz --engine none && says err "unknown engine 'none'"
    expect 2 "$allocheck" fuzz --seconds soon && says err "expected a positive number of seconds, not 'soon'"
    expect 2 "$allocheck" fuzz --call-time 0 && says err "expected a positive number of seconds, not '0'"
    expect 2 "$allocheck" fuzz --jobs 0 && says err "expected a number from 1 to 256, not '0'"
    expect 2 "$allocheck" fuzz --seed -1 && says err "not '-1'"
    expect 2 "$allocheck" fuzz --programs 0 && says err "not '0'"
    expect 2 "$allocheck" fuzz -o '' && says err "expected the name of a folder"
    expect 2 "$allocheck" fuzz --depth 2 && says err "need --engine exhaustive"
    expect 2 "$allocheck" fuzz --engine exhaustive --depth 9 && says err "from 1 to 8, not '9'"
    expect 2 "$allocheck" fuzz --engine exhaustive --sizes 0 && says err "from 1 to 32, not '0'"
    expect 2 "$allocheck" fuzz --engine exhaustive --depth 8 --sizes 32
    says err "8 ops over 32 sizes make more programs than can be counted"
    expect 2 "$allocheck" fuzz missing.ops --programs 1 && says err "missing.ops: cannot read: No such file"
}

case_unwritable_folder() {
    touch file
    expect 2 "$allocheck" fuzz -o file --programs 10 && says err "file/findings: cannot write: Not a directory"
    expect 2 "$allocheck" fuzz -o /proc/no/such --programs 10 && says err "/proc/no/such/findings: cannot write: No such file"
    expect 2 "$allocheck" fuzz -o /proc --programs 10 && says err "/proc/findings: "
    ! grep -q '^random on' out || fail "it started"
}

# A finding that cannot be saved is still printed.
case_unwritable_finding() {
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    local name
    name=$(findings) && name=${name% }
    rm -r "allocheck-out/findings/$name" && touch "allocheck-out/findings/$name"
    expect 1 "$broken" fuzz --allocator broken --seed 7 --oracles zeroed
    says err "allocheck-out/findings/$name: cannot write: Not a directory" && says out "^finding: zeroed on broken"
    says out "^  saved in  \(not written\)$" && says out "^    \(not saved\)$"
    [ "$(findings)" = "$name " ] || fail "left after: $(findings)"
}

case_exhaustive_tries_all() {
    local all='[1-9][0-9]{3,}'
    expect 0 "$allocheck" fuzz --engine random --allocator libc --engine exhaustive --depth 2 --sizes 9 \
        --oracles -no-growth --jobs 2
    says out "^scope: sizes 0 1 [0-9]+ .* max-8; alignments 64 65536$"
    says out "^scope: $all programs of up to 2 ops$" && says out "^clean: no finding in [1-9][0-9]* programs$"
    says out "^scope complete: all $all programs of up to 2 ops over these 9 sizes were tested$"
    local total
    total=$(sed -n 's/^scope: \([0-9]*\) programs.*/\1/p' out)
    says out "^exhaustive on libc[-a-z]*: $total programs in " && says out " $total programs replayed$"
}

case_exhaustive_stops() {
    expect 0 "$allocheck" fuzz --engine random --allocator libc --engine exhaustive --programs 10 --oracles -no-growth
    says out "^scope incomplete: 10 of [0-9]{6} programs were tested$"
}

case_exhaustive_finds_the_shortest() {
    expect 1 "$broken" fuzz --engine exhaustive --depth 3
    says out "^finding: zeroed on broken" && says out "; shrunk to 1 of 1 ops"
    says out "^scope incomplete: [1-9]"
    reproduces zeroed
}

case_exhaustive_keeps_going() {
    expect 1 "$broken" fuzz --engine exhaustive --depth 2 --sizes 4 --keep-going
    says out "^scope complete: " && says out "^1 finding:" && says out "zeroed at calloc, and [1-9]"
    says out "^  went on after +[1-9][0-9]* checks? that failed as known$"
}

# What leads to a known crash is left out once a block has shown enough of it.
case_exhaustive_leaves_out() {
    expect 1 "$broken" fuzz --engine exhaustive --allocator usable-of-null --depth 2 --sizes 4 --keep-going
    says out "^1 finding:" && says out "survives at malloc_usable_size, and [1-9]"
    says out "^scope incomplete: [1-9][0-9]* of [0-9]* programs were tested; [1-9][0-9]* lead to known findings$"
    says out "^  left out +[1-9][0-9]* programs? that would lead to known findings$"
}

touch out err
"case_$1"
