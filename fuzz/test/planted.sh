#!/usr/bin/env bash
# usage: planted.sh [-s SECONDS] [-e ENGINE] [NAME...]
# Plants each bug of planted/NAME.patch (default: all) in a copy of slate. Each engine (default: both) must
# find it within SECONDS (600) with one process, and `allocheck run` must reproduce the stored input. A
# patch that no longer applies is a failure.
# Exit status: 0 all found, 1 not all found.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=600 engines=(libfuzzer afl)
while getopts s:e: option; do
    case $option in
    s) seconds=$OPTARG ;;
    e) engines=("$OPTARG") ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
names=("$@")
[ ${#names[@]} -gt 0 ] || names=($(cd "$here/planted" && ls -- *.patch | sed 's/\.patch$//'))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CEILING_DIRECTORIES=$(dirname "$work") # the copy is not a repository
mkdir "$work/tree"
cp -r "$root"/{allocator,harness,fuzz,ci,corpus,CMakeLists.txt,CMakePresets.json} "$work/tree"
cd "$work/tree"

failed=0
miss() { echo "planted: $*" >&2; failed=1; }

campaign() { # NAME ENGINE
    local status=0 file
    rm -rf "$work/out"
    bash ci/fuzz --engine "$2" --seconds "$seconds" --jobs 1 --target slate_fuzz --out "$work/out" \
        >"$work/log" 2>&1 || status=$?
    [ "$status" = 1 ] || { miss "$1: $2 ended with $status"; tail -n 30 "$work/log" >&2; return; }
    file=$(find "$work/out/slate_fuzz/findings" -name input | head -n 1)
    [ -s "$(dirname "$file")/shrunk.ops" ] && [ -s "$(dirname "$file")/finding.json" ] ||
        { miss "$1: $2: no folder for the finding"; tail -n 30 "$work/log" >&2; return; }
    status=0
    build/libfuzzer/harness/cli/allocheck run --allocator slate "$file" >"$work/again" 2>&1 || status=$?
    [ "$status" = 1 ] || { miss "$1: $2: the stored input ends with $status"; return; }
    printf '%-24s %-10s %6s  %s\n' "$1" "$2" \
        "$(sed -n "s|^slate_fuzz $2 \([0-9]*\)/.*|\1|p" "$work/log" | tail -n 1)" \
        "$(sed -n 's/.*finding: \([a-z-]*\) .*/\1/p' "$work/again" | head -n 1)"
}

printf '%-24s %-10s %6s  %s\n' planted engine s oracle
for name in "${names[@]}"; do
    patch=$here/planted/$name.patch
    git apply "$patch" || { miss "$name: the patch does not apply"; continue; }
    for engine in "${engines[@]}"; do
        campaign "$name" "$engine"
    done
    git apply --reverse "$patch"
done
exit $failed
