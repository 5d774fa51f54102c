# SPDX-License-Identifier: MIT
# Sourced by the preload tests: compare NAME COMMAND... runs the command without and with the library
# and compares output and exit status. $library is the library, $work an empty directory.
set -euo pipefail
library=$1
[ -r "$library" ] || { echo "preload: cannot read $library" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # run FILE COMMAND...
    local file=$1 status=0
    shift
    "$@" >"$file" 2>&1 || status=$?
    echo "status $status" >>"$file"
}

compare() {
    local name=$1
    shift
    command -v "$1" >/dev/null || { echo "preload: $1 is not installed" >&2; exit 1; }
    run "$work/plain" "$@"
    run "$work/slate" env LD_PRELOAD="$library" "$@"
    if ! cmp "$work/plain" "$work/slate" >&2; then
        diff "$work/plain" "$work/slate" | head -20 >&2
        echo "preload: $name differs" >&2
        exit 1
    fi
    grep -q '^status 0$' "$work/plain" || { cat "$work/plain" >&2; exit 1; }
    echo "$name: $(wc -c <"$work/slate") bytes of output, the same"
}

# slate really replaces malloc: it reports a double free.
LD_PRELOAD=$library python3 -c 'import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
block = libc.malloc(100)
libc.free(ctypes.c_void_p(block))
libc.free(ctypes.c_void_p(block))' 2>"$work/reported" && { echo "preload: the library is not in use" >&2; exit 1; }
grep -q '^slate: double free$' "$work/reported" || { cat "$work/reported" >&2; exit 1; }
