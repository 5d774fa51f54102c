#!/usr/bin/env bash
# usage: exports.sh LIBSLATE   The library exports exactly slate's names and those
# of a malloc replacement.
set -euo pipefail
expected="aligned_alloc calloc free free_aligned_sized free_sized malloc malloc_usable_size memalign
posix_memalign pvalloc realloc reallocarray valloc"
given=$(nm -D --defined-only "$1" | awk '{print $3}' | grep -v '^slate_' | sort | tr '\n' ' ')
if [ "$given" != "$(echo $expected) " ]; then
    echo "exports.sh: expected $expected; got $given" >&2
    exit 1
fi
