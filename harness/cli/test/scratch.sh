# Shared by the tests of the command line: a temporary folder, removed at the end, and functions.
work=$(mktemp -d) bin=$(mktemp -d)
trap 'rm -rf "$work" "$bin"' EXIT
cd "$work"

# The tool under test is found as `allocheck', as that of a user is. Printed commands say so.
ln -s "${broken:-${racing:-${differing:-${allocheck:-/nonexistent}}}}" "$bin/allocheck"
PATH=$bin:$PATH

# Prints the output of the last tool, `out` and `err`.
fail() {
    echo "FAILED: $*" >&2
    echo "--- standard output" >&2 && cat out >&2
    echo "--- standard error" >&2 && cat err >&2
    exit 1
}

# says out|err TEXT
says() { grep -qF -e "$2" "$1" || fail "no '$2' in standard $1"; }

# expect STATUS TOOL ARGUMENT...: runs a tool, keeps its output in `out` and `err`.
expect() {
    local wanted=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$wanted" ] || fail "$*: exit status $got, expected $wanted"
}

# wait_until PID COMMAND [ARGUMENT...]: waits until the command succeeds. Fails if the process PID ends
# first, and after ten minutes.
wait_until() {
    local process=$1 end=$((SECONDS + 600))
    shift
    until "$@" 2>/dev/null; do
        kill -0 "$process" 2>/dev/null || fail "the process ended before: $*"
        [ "$SECONDS" -lt "$end" ] || { kill -s KILL "$process"; fail "waited 600 s for: $*"; }
        sleep 0.02
    done
}
