#!/usr/bin/env bash
# usage: walls_test.sh HARNESS TABLE
# Plants one forbidden include at a time in a copy of HARNESS, and checks that walls.py reports it: a
# room above in a source, in a private header and in a public header, and a header without an owner.
set -euo pipefail
harness=$(realpath "$1") table=$(realpath "$2")
walls=$(dirname "$(realpath "$0")")/walls.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

planted=0
plant() { # FILE INCLUDE MESSAGE
    rm -rf "$work/harness"
    cp -r "$harness" "$work/harness"
    echo "#include \"$2\"" >>"$work/harness/$1"
    if python3 "$walls" "$work/harness" "$table" >"$work/out"; then
        echo "FAILED: $2 in $1 is not reported" >&2
        exit 1
    fi
    grep -qF "$3" "$work/out" || { echo "FAILED: no message: $3" >&2; cat "$work/out" >&2; exit 1; }
    planted=$((planted + 1))
}

plant program/op.c race/race.h "program/ includes race/race.h of race/"
plant pages/trap.h run/runner.h "pages/ includes run/runner.h of run/"
plant include/allocheck/op.h child.h "program/ includes child.h of child/"
plant form/decode.c allocheck/nowhere.h "no room owns allocheck/nowhere.h"
echo "$planted planted, each reported"
