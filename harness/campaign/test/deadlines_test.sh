#!/usr/bin/env bash
# `ci/deadlines', case by case: what it calls in time and clean, and what not.
# usage: deadlines_test.sh CASE DEADLINES.PY BUILD
set -euo pipefail
deadlines=$(realpath "$2") build=$(realpath "$3")
. "$(dirname "$0")/../../cli/test/scratch.sh"

rows() { expect "$1" env DEADLINES_BUILD="$build" TMPDIR="$work" python3 "$deadlines" "${@:2}"; }

# A campaign that a signal ends, and one that takes its time.
case_in_time() {
    rows 0 --seconds 1 TERM/engine/random seconds/correct/random
    says out "2 rows, 0 not in time or not clean"
    grep -Eq '^seconds +correct +random +1 +[1-5]\.[0-9] +0 +0 +ok$' out || fail "the row of --seconds"
}

# A tool that ignores signals for a while, and leaves a process and half a finding.
case_late() {
    build=$work/fake
    mkdir -p fake/harness/cli
    cat >fake/harness/cli/allocheck <<'END'
#!/bin/bash
trap '' TERM HUP
mkdir -p allocheck-out/findings/.half
sleep 60 &
printf '\r new 0:00\033[K'
sleep 4
END
    chmod +x fake/harness/cli/allocheck
    rows 1 TERM/engine/random
    grep -Eq 'late by [1-9][0-9.]* s; left running: sleep; half-written: .half$' out || fail "its faults"
    says out "1 rows, 1 not in time or not clean"
    rows 2 no-such-row && says err "names the rows"
}

touch out err
"case_$1"
