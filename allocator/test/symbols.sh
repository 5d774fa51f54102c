#!/usr/bin/env bash
# usage: symbols.sh OBJECT...   The core uses no symbols but memcpy, memset and errno; sanitizers and
# coverage add theirs.
set -euo pipefail
[ $# -gt 5 ] || { echo "symbols.sh: expected the core's objects, got $#" >&2; exit 1; }
allowed='^(memcpy|memset|__errno_location|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer|sancov|llvm|start|stop|afl)_.*)$'
defined=$(nm --defined-only "$@" | awk 'NF == 3 {print $3}' | sort -u)
foreign=$(nm -u "$@" | awk '$1 == "U" || $1 == "w" {print $2}' | sort -u |
    grep -vxF "$defined" | grep -vE "$allowed" || true)
if [ -n "$foreign" ]; then
    echo "symbols.sh: the core needs: $foreign" >&2
    exit 1
fi
