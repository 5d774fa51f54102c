#!/usr/bin/env bash
# Replays every stored program on a library of this machine: each is clean, or has the finding that
# is named here, and no other.
# usage: real_test.sh ALLOCHECK CORPUS NAME LIBRARY [PROGRAM:ORACLE...]
# LIBRARY is a path, or a file's name as the loader knows it. Exit status 77: it is not installed.
set -euo pipefail
allocheck=$1 corpus=$2 name=$3 library=$4
shift 4

case $library in
*/*) path=$library ;;
*) path=$(/sbin/ldconfig -p | awk -v name="$library" '$1 == name && !seen++ { print $NF }') ;;
esac
[ -n "$path" ] && [ -e "$path" ] || {
    echo "real_test: $library is not installed (ci/packages names its package)"
    exit 77
}

# Without a page source, no-growth takes seconds per program: run it by hand.
status=0
reported=$("$allocheck" run --allocator "$path" --oracles=-no-growth --call-time 0.5 "$corpus") ||
    status=$?
echo "$reported"
found=$(sed -n "s|.*/\([^/]*\): finding: \([a-z-]*\) on $name\$|\1:\2|p" <<<"$reported" | sort)
wanted=$(printf '%s\n' "$@" | sort)
[ "$found" = "$wanted" ] || {
    echo "real_test: findings expected on $name: ${wanted:-none}"
    exit 1
}
[ "$status" = $(($# > 0)) ] || exit 1
on_disk=$(find "$corpus" -type f ! -name '.*' ! -name 'README*' | wc -l)
grep -q "^$name: $on_disk of $on_disk run, .* $# with a finding" <<<"$reported"
