#!/usr/bin/env bash
# Pages, case by case: what they show, messages, exit statuses, and no partial files.
# usage: report_test.sh CASE ALLOCHECK BROKEN
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/../../cli/test/scratch.sh"

good() { printf 'ops 1\np0 = malloc 24\np1 = calloc 3 40\np0 = realloc p0 4096\nfree p0\n'; }
dirty() { printf 'ops 1\np0 = malloc 24\np1 = calloc 3 40\nfree p0\n'; }
left() { [ "$(ls | sort | tr '\n' ' ')" = "$* " ] || fail "left after: $(ls | tr '\n' ' ')"; }

# data PAGE: the JSON that a page shows.
data() { sed -n 's/^<script type="application\/json" id="data">\(.*\)<\/script>$/\1/p' "$1"; }

# member PAGE EXPRESSION: of the page's data, as Python has it.
member() { data "$1" | python3 -c "import json,sys; d = json.load(sys.stdin); print($2)"; }

is() { [ "$1" = "$2" ] || fail "'$1', expected '$2'"; }

case_clean() {
    good >a.ops
    expect 0 "$allocheck" explain a.ops --html a.html
    is "$(member a.html 'd["kind"], d["finding"], d["ops"][2], len(d["ops"])')" \
        "run None p0 = realloc p0 4096 4"
    is "$(member a.html 'len(d["journal"]["op"]) == len(d["journal"]["held"]) > 4')" True
    is "$(member a.html 'd["journal"]["results"][d["journal"]["result"][2]]')" resized
    grep -q '<title>clean on slate: a.ops</title>' a.html || fail "no title"
}

case_finding() {
    dirty >a.ops
    expect 1 "$broken" explain --allocator broken a.ops --html a.html
    is "$(member a.html 'd["finding"]["oracle"], d["finding"]["op"], d["finding"]["source"]')" \
        "zeroed 1 C17 7.22.3.2"
    is "$(member a.html 'd["command"]')" "allocheck run --allocator broken a.ops"
    is "$(member a.html 'd["snapshot"]["actual"][:2], d["snapshot"]["expected"][:2]')" "5a 00"
    grep -q '^finding: zeroed on broken$' <(sed 's/.*<pre class="plain">//' a.html) ||
        fail "no text for a reader without scripts"
}

case_crash() {
    printf 'ops 1\np0 = malloc 24\np1 = malloc 501\np2 = malloc 24\n' >a.ops
    expect 1 "$broken" explain --allocator broken a.ops --html a.html
    is "$(member a.html 'd["finding"]["oracle"], d["finding"]["op"], d["journal"]["running"]["size"]')" \
        "survives 1 501"
    is "$(member a.html '"giving up" in d["output"]')" True
}

# Where an oracle has the program run several times on one heap, what grows is seen.
case_several_runs() {
    printf 'ops 1\np0 = malloc 100000\nfree p0\n' >a.ops
    expect 1 "$broken" explain --allocator loses-large-runs a.ops --html a.html
    is "$(member a.html 'd["finding"]["oracle"], d["finding"]["op"]')" "no-growth 2"
    is "$(member a.html 'd["journal"]["pass"][0], d["journal"]["pass"][-1] > 10')" "0 True"
    is "$(member a.html 'max(d["journal"]["held"]) > 10 * d["journal"]["held"][0]')" True
}

# Of every block, repeats and what realloc gave too, though the program asks for none.
case_usable_sizes() {
    printf 'ops 1\np0 = malloc 24\nrepeat 3: p1 = calloc 3 40\np0 = realloc p0 4096\nfree p2\n' >a.ops
    printf 'enter\np9 = alloca 10\nleave\np5 = malloc max-7\n' >>a.ops
    expect 0 "$allocheck" explain a.ops --html a.html
    local given='[u for u, s, w in zip(d["journal"]["learned"], d["journal"]["size"], d["journal"]["result"])'
    given+=' if d["journal"]["results"][w] in ("allocated", "resized") and s != 10'
    is "$(member a.html "len($given])")" 5
    is "$(member a.html "$given and (u is None or u < s)]")" "[]"
}

# A call that never returns is a finding, drawn up to it; the user's own --timeout leaves nothing.
case_hang() {
    printf 'ops 1\nrefuse 1\np0 = malloc 64\np1 = malloc 64\n' >a.ops
    expect 1 "$broken" explain --allocator failure-keeps-lock --call-time 0.2 a.ops --html a.html
    is "$(member a.html 'd["finding"]["oracle"], d["finding"]["op"], d["journal"]["running"]["op"]')" \
        "liveness 2 2"
    expect 3 "$broken" explain --allocator failure-keeps-lock --timeout 0.5 a.ops --html b.html
    says err "--timeout of 0.5 s expired"
    left a.html a.ops err out
}

case_no_allocator() {
    good >a.ops
    echo text >text.so
    expect 6 "$allocheck" explain --allocator ./none.so a.ops --html a.html && says err none.so
    expect 6 "$allocheck" explain --allocator ./text.so a.ops --html a.html && says err text.so
    expect 2 "$allocheck" explain --allocator none a.ops --html a.html && says err "'none'"
    left a.ops err out text.so
}

case_standard_streams() {
    good | expect 0 "$allocheck" explain --text - --html - && grep -q '</html>' out || fail "no page"
    good >a.ops
    expect 0 "$allocheck" explain a.ops --html /dev/null
    left a.ops err out
}

# What a name or a text holds never becomes a part of the page.
case_names_are_text() {
    mkdir '<'
    good >'</script><b>&.ops'
    expect 0 "$allocheck" explain '</script><b>&.ops' --html a.html
    is "$(grep -c '</script>' a.html)" 2
    is "$(member a.html 'd["input"]')" '</script><b>&.ops'
    ! grep -q '<b>' a.html || fail "a tag from a name"
}

case_large_numbers() {
    printf 'ops 1\np0 = malloc max-7\np1 = malloc 8\n' >a.ops
    expect 0 "$allocheck" explain a.ops --html a.html
    is "$(member a.html 'repr(d["journal"]["size"][0])')" "'18446744073709551608'"
}

case_bad_input() {
    expect 2 "$allocheck" explain --html a.html && says err "missing INPUT"
    expect 2 "$allocheck" explain none.ops --html a.html && says err "none.ops: cannot read: No such file"
    printf 'ops 1\np0 = malloc\n' >bad.ops
    expect 2 "$allocheck" explain bad.ops --html a.html && says err "bad.ops:2:"
    printf 'ops 1\nfill p0\n' >idle.ops
    expect 2 "$allocheck" explain idle.ops --html a.html && says err "no call of this program ran"
    expect 2 "$allocheck" explain bad.ops idle.ops --html a.html && says err "unexpected argument 'idle.ops'"
    expect 2 "$allocheck" explain idle.ops --timeout soon --html a.html && says err "not 'soon'"
    left bad.ops err idle.ops out
}

case_unwritable_output() {
    good >a.ops
    expect 2 "$allocheck" explain a.ops --html a.ops/a.html && says err "a.ops/a.html"
    mkdir folder
    expect 2 "$allocheck" explain a.ops --html folder && says err "folder: cannot write: Is a directory"
    expect 2 "$allocheck" explain a.ops --html /dev/full && says err "No space left"
    left a.ops err folder out
}

case_what_was_there_stays() {
    echo before >a.html
    expect 2 "$allocheck" explain none.ops --html a.html
    is "$(cat a.html)" before
}

case_timeout() {
    printf 'ops 1\nrepeat 100000: p0 = malloc 24\nrepeat 100000: fill p0\n' >a.ops
    expect 3 "$allocheck" explain --timeout 0.001 a.ops --html a.html && says err "--timeout of 0.001 s expired"
    left a.ops err out
}

case_folder() {
    mkdir -p found/b found/a found/empty
    dirty >a.ops
    local finding='{"finding": 1, "name": "zeroed-x", "oracle": {"id": "zeroed"}, "op": {"kind": "calloc"},
        "allocator": {"name": "broken"}, "reproduce": "allocheck run b.ops", "arguments": ["run", "b.ops"],
        "expected": "</script>"}'
    echo "$finding" >found/a/finding.json
    echo "$finding" >found/b/finding.json
    touch found/b/report.html
    expect 1 "$allocheck" findings found --html found/index.html
    is "$(member found/index.html '[(f["folder"], f["files"]) for f in d["findings"]]')" \
        "[('a', ['finding.json']), ('b', ['report.html', 'finding.json'])]"
    # The command for where the folder is now.
    is "$(member found/index.html 'd["findings"][1]["finding"]["reproduce"].split(" run ")[1]')" found/b/b.ops
    mkdir -p pages/deep
    expect 1 "$allocheck" findings found --html pages/deep/index.html
    is "$(member pages/deep/index.html 'd["findings"][0]["folder"]')" ../../found/a
    expect 1 "$allocheck" findings found/b/ --html one.html
    is "$(member one.html 'd["findings"][0]["folder"]')" found/b/.
}

case_folder_without_findings() {
    mkdir found
    expect 0 "$allocheck" findings found --html index.html
    is "$(member index.html 'd["findings"]')" "[]"
    mkdir found/one
    expect 2 "$allocheck" findings found --html none.html
    says err "found: expected folders with a finding.json, found none"
    left err found index.html out
}

case_folder_with_a_broken_file() {
    mkdir -p found/a
    echo '{"name":' >found/a/finding.json
    expect 2 "$allocheck" findings found --html index.html
    says err "found/a/finding.json: expected the JSON object of a finding"
    left err found out
}

case_scorecard() {
    mkdir -p corpus/trace
    dirty >corpus/trace/a.ops
    expect 1 "$broken" scorecard --corpus corpus --html card.html broken
    says out zeroed
    is "$(member card.html '[a["name"] for a in d["card"]["allocators"]]')" "['broken']"
    is "$(member card.html 'd["card"]["allocators"][0]["oracles"]["zeroed"]["state"]')" finding
    expect 2 "$broken" scorecard --corpus corpus --html corpus/trace/a.ops/card.html broken
    says err "corpus/trace/a.ops/card.html"
}

touch out err
"case_$1"
