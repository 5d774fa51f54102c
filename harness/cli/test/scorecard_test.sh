#!/usr/bin/env bash
# `allocheck scorecard` on allocators that differ in one property (differing.c).
# usage: scorecard_test.sh CASE ALLOCHECK DIFFERING CORPUS
set -euo pipefail
allocheck=$(realpath "$2") differing=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

# row LABEL CELL...: a line of the table.
row() {
    local label=$1 cells
    shift
    cells=$(sed -n "s/^  $label  *//p" out | sed 's/   */|/g')
    [ "$cells" = "$(IFS='|' && echo "$*")" ] || fail "row $label is '$cells', not '$*'"
}

# A corpus of three programs: a resize, 100 KiB, and a measured one.
corpus() {
    mkdir -p corpus/seed corpus/trace
    printf 'ops 1\np0 = malloc 24\np0 = realloc p0 4096\nfree p0\n' >corpus/seed/resized.ops
    printf 'ops 1\np0 = malloc 102400\nfree p0\n' >corpus/seed/large.ops
    printf 'ops 1\nrepeat 200: p0 = malloc 1000\nrepeat 100: p0 = calloc 3 50\nfree p7\n' \
        >corpus/trace/loop.ops
    echo 'what lies here' >corpus/README.md
}

case_the_finding_is_in_its_cell_with_slate_and_libc() {
    corpus
    expect 1 "$differing" scorecard -c corpus slate libc content-lost
    says out "oracles, checked on 3 programs"
    row preserved pass pass "FINDING 1"
    row zeroed pass pass pass
    row integrity pass "not offered" "not offered"
    grep -qE '^  double_free +caught  ' out || fail "slate misses a double free"
    row must-fail n/a n/a n/a
    [[ $("$differing" list allocators) == *libc-asan* ]] || row agreement pass reference "FINDING 1"
    says out "content-lost: preserved: expected the old content up to the lesser size; actual byte 0"
    local command
    command=$(sed -n '/^content-lost: preserved/{n;s/^ *allocheck //p}' out)
    expect 1 "$differing" $command && says out "finding: preserved on content-lost"
}

case_a_disagreement_is_a_finding() {
    corpus
    expect 1 "$differing" scorecard -c corpus no-100-kib even
    row agreement "FINDING 1" pass && row preserved pass pass
    local command
    command=$(sed -n '/^no-100-kib: agreement/{n;s/^ *allocheck //p}' out)
    expect 1 "$differing" $command && says out "finding: agreement on libc"
}

case_costs() {
    corpus
    expect 0 "$differing" scorecard -c corpus even also-even
    says out "memory, bytes held for each live byte"
    [ "$(grep -cE '^  loop +[0-9.]+ +[0-9.]+$' out)" = 1 ] || fail "no memory of the trace"
    [ "$(grep -cE '^  loop +[0-9.]+ [0-9]+ ns +[0-9.]+ [0-9]+ ns$' out)" = 1 ] || fail "no time"
    says err "skipped: corpus/README.md"
}

case_not_offered_is_no_zero() {
    corpus
    printf 'ops 1\np0 = memalign 64 100\n' >>corpus/trace/loop.ops
    sed -i '0,/^ops 1$/!{/^ops 1$/d}' corpus/trace/loop.ops
    expect 0 "$differing" scorecard -c corpus even libc
    [ "$(grep -cE '^  loop +not offered +[0-9.]+' out)" = 2 ] || fail "measured without memalign"
}

# Refused requests cost nothing, so there is no figure for them.
case_refused_is_no_figure() {
    corpus
    printf 'p900 = malloc 102400\n' >>corpus/trace/loop.ops
    expect 1 "$differing" scorecard -c corpus no-100-kib
    [ "$(grep -cE '^  loop +short$' out)" = 2 ] || fail "refused requests were measured"
}

# Text and JSON agree, except on time and memory, which come from two runs.
case_json_says_what_the_text_says() {
    corpus
    expect 1 "$differing" scorecard -c corpus content-lost no-100-kib
    cp out text
    expect 1 "$differing" scorecard --json -c corpus content-lost no-100-kib
    python3 -m json.tool out >/dev/null || fail "this is no JSON"
    python3 - out text <<'PYTHON' || fail "JSON and text differ"
import json, re, sys
card = json.load(open(sys.argv[1]))
rows = {}
for line in open(sys.argv[2]):
    cells = re.split(r"\s{2,}", line.strip())
    if line.startswith("  ") and len(cells) == 3:
        rows[cells[0]] = cells[1:]
names = ["content-lost", "no-100-kib"]
assert [a["name"] for a in card["allocators"]] == names
assert card["programs"] == 3
oracles = card["allocators"][0]["oracles"]
assert len(oracles) > 20
for oracle in oracles:
    cells = [a["oracles"][oracle] for a in card["allocators"]]
    words = [f"FINDING {c['findings']}" if c["state"] == "finding" else c["state"] for c in cells]
    assert words == rows[oracle], (oracle, words, rows[oracle])
    assert all((c["checked"] > 0) == (c["state"] in ("pass", "finding")) for c in cells), oracle
for allocator, column in zip(card["allocators"], range(2)):
    caught = [m["caught"] == m["tried"] for m in allocator["misuse"].values() if m["tried"]]
    assert rows["caught"][column] == f"{sum(caught)} of {len(caught)}", rows
    for misuse, cell in allocator["misuse"].items():
        always = cell["tried"] > 0 and cell["caught"] == cell["tried"]
        assert (rows[misuse][column] == "caught") == always, (misuse, cell, rows[misuse])
found = {(a["name"], f["oracle"]) for a in card["allocators"] for f in a["findings"]}
assert found == {("content-lost", "preserved"), ("content-lost", "agreement"),
                 ("no-100-kib", "agreement")}, found
for allocator in card["allocators"]:
    cost = allocator["traces"]["loop"]
    assert cost["memory"]["live_peak"] == 200 * 1000, cost
    assert cost["memory"]["ratio"] == cost["memory"]["held_peak"] / cost["memory"]["live_peak"]
    assert cost["time"]["ns_per_call"] > 0
    assert cost["memory"]["state"] == cost["time"]["state"] == "measured"
PYTHON
}

case_usage() {
    corpus
    expect 2 "$differing" scorecard && says err "missing ALLOCATOR"
    expect 2 "$differing" scorecard -c corpus even even
    says err "two allocators are named 'even'"
    expect 2 "$differing" scorecard -c corpus none && says err "none"
    expect 2 "$differing" scorecard -c nowhere even && says err "nowhere: no folder of programs"
    expect 2 "$differing" scorecard -c corpus -c nowhere even && says err "nowhere: no folder"
    mkdir empty && expect 2 "$differing" scorecard -c empty even && says err "no programs in this"
    printf 'ops 1\np0 = mallok 8\n' >corpus/seed/bad.ops
    expect 2 "$differing" scorecard -c corpus even && says err "bad.ops:2:6: expected"
}

# An installed tool finds its corpus.
case_installed_corpus() {
    mkdir -p prefix/bin prefix/share/allocheck && cp "$allocheck" prefix/bin/
    expect 2 prefix/bin/allocheck scorecard libc && says err "name one with --corpus"
    corpus && mv corpus/trace prefix/share/allocheck/ && mv corpus prefix/share/allocheck/
    expect 0 prefix/bin/allocheck scorecard libc && says out "oracles, checked on 3 programs"
    says out "  loop "
}

touch out err
"case_$1"
