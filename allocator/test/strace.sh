#!/usr/bin/env bash
# usage: strace.sh LIBSLATE PROGRAM   The first small request of a process moves the break once; its
# free and the next request that fits make no system call.
set -euo pipefail
command -v strace >/dev/null || { echo "strace.sh: strace is not installed" >&2; exit 1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
strace -o "$log" -E LD_PRELOAD="$1" "$2" >/dev/null

# The system calls between two marks; brk(NULL) only reads the break.
between() {
    sed -n "/mark: $1/,/mark: $2/p" "$log" | sed '1d;$d' | grep -v 'brk(NULL)' || true
}
moves=$(sed -n '1,/mark: live/p' "$log" | grep -c 'brk(0x' || true)
[ "$moves" = 1 ] || { echo "strace.sh: the break moved $moves times for one request" >&2; exit 1; }
[ -z "$(between live freed)" ] || { echo "strace.sh: free: $(between live freed)" >&2; exit 1; }
[ -z "$(between freed again)" ] || { echo "strace.sh: next: $(between freed again)" >&2; exit 1; }
