#!/usr/bin/env bash
# `ci/accuracy --report', case by case: what it counts, and when the thresholds hold.
# usage: accuracy_test.sh CASE ACCURACY.PY
set -euo pipefail
accuracy=$(realpath "$2")
. "$(dirname "$0")/../../cli/test/scratch.sh"

# campaign NAME KIND TAKEN: one of 30 seconds, without findings.
campaign() {
    mkdir -p "acc/$1/findings"
    printf '{"name": "%s", "kind": "%s", "path": "x.so", "given": 30, "taken": %s, "status": 1}' "$1" "$2" "$3" \
        >"acc/$1/campaign.json"
}

# finding CAMPAIGN NAME MEMBERS: with a repro.c.
finding() {
    mkdir -p "acc/$1/findings/$2"
    touch "acc/$1/findings/$2/repro.c"
    printf '{"search": {"confirmed": true}, %s}' "$3" >"acc/$1/findings/$2/finding.json"
}

verified='"reproducer": {"verified": true}'
report() { expect "$1" python3 "$accuracy" --report --out acc; }

case_holds() {
    campaign a slab 30.2 && finding a one "$verified, \"also_seen\": [{}, {}]"
    campaign b tlsf 34.9 && finding b two "$verified"
    campaign jemalloc released 30 && finding jemalloc three "$verified" && finding jemalloc four "$verified"
    campaign c tlsf 30
    report 0 && says out "4 findings on 3 allocators of 3 kinds; 1 planted bugs not found; 0 campaigns late"
    says out "verified    4 of 4: 100.0 %" && says out "per cause   2 findings of 2 planted bugs: 1.00"
    grep -Eq '^a +slab +1 +2 +1 +0 +30 +30.2' out || fail "the row of a"
}

case_unverified() {
    campaign a slab 30 && finding a one '"reproducer": {"verified": false, "why": "it passes"}'
    report 1 && says out "one: not verified: it passes" && says out "0 of 1: 0.0 % (at least 95 %)"
    says out "silent      0 "
}

# 19 of 20 are verified, which is enough, but the other one does not say why it is not.
case_silent() {
    campaign jemalloc released 30
    for i in $(seq 19); do finding jemalloc "f$i" "$verified"; done
    finding jemalloc f20 '"oracle": {}'
    report 1 && says out "19 of 20: 95.0 %" && says out "silent      1 "
    finding jemalloc f20 '"not_made": [{"file": "repro.c", "why": "it takes two processes"}]'
    report 0 && says out "f20: not verified: it takes two processes"
}

case_one_cause_twice() {
    campaign a slab 30 && finding a one "$verified" && finding a two "$verified"
    report 1 && says out "per cause   2 findings of 1 planted bugs: 2.00 (at most 1.2)"
    # An unconfirmed finding is counted apart.
    sed -i 's/true}, /false}, /' acc/a/findings/two/finding.json
    report 0 && says out "per cause   1 findings of 1 planted bugs: 1.00"
}

case_late() {
    campaign a slab 35.1 && finding a one "$verified"
    report 0 && says out "  late" && says out "1 campaigns late"
}

case_nothing_found() {
    campaign a slab 30
    report 2 && says out "nothing was found"
    expect 2 python3 "$accuracy" --report --out none
}

touch out err
"case_$1"
