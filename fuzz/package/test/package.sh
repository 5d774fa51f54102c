#!/usr/bin/env bash
# usage: package.sh BUILD
# Installs BUILD and uses it like a project outside this tree: builds the example allocator with clang and
# gcc and runs all its targets and engines; finds a bug planted in it, and the planted-bug allocators that
# need AddressSanitizer; compiles programs with pkg-config.
# Exit status: 0 passed, 1 failed.
set -euo pipefail
tree=$(realpath "$1")
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { # MESSAGE [LOG]
    echo "package: $1" >&2
    [ -z "${2-}" ] || tail -n 40 "$2" >&2
    exit 1
}
step() { echo "package: $*"; }

install_it() {
    cmake --install "$tree" --prefix "$work/first" >log 2>&1 || fail "cmake --install failed" log
    mv first prefix # the installation must be relocatable
    seeds=$work/prefix/share/allocheck/seeds
    for file in bin/allocheck libexec/allocheck-{libfuzzer,afl} libexec/libmutator_afl.so; do
        [ -s "prefix/$file" ] || fail "$file is not installed"
    done
    step "installed: $(find prefix -type f | wc -l) files"
}

configure() { # SOURCE BUILD COMPILER OPTION...
    cmake -G Ninja -S "$1" -B "$2" -DCMAKE_C_COMPILER="$3" -DCMAKE_PREFIX_PATH="$work/prefix" \
        "${@:4}" >"$2.configure" 2>&1 || fail "$2 is not configured" "$2.configure"
}

build() { # BUILD OPTION...
    cmake --build "$@" >"$1.log" 2>&1 || fail "$1 does not build" "$1.log"
}

replay() { # BUILD: its test of the stored programs
    ctest --test-dir "$1" --no-tests=error -V >"$1.test" 2>&1 || fail "$1: the test fails" "$1.test"
    step "$1: $(sed -n 's/^[0-9]*: \(pool: .*\)/\1/p' "$1.test")"
}

# Fails on a finding, or if nothing ran.
fuzz_libfuzzer() { # TARGET RUNS
    mkdir -p corpus
    "$1" -seed=1 -runs="$2" corpus "$seeds" >fuzz.log 2>&1 ||
        fail "$1 ends with $?" fuzz.log
    step "$1: $(sed -n 's/^Done \(.*\)/\1/p' fuzz.log)"
    grep -q '^Done [0-9]\{3,\} runs' fuzz.log || fail "$1 ran next to nothing" fuzz.log
}

fuzz_afl() { # TARGET RUNS
    mkdir few && cp "$seeds"/swarm-00* few
    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 \
        AFL_CUSTOM_MUTATOR_LIBRARY=$work/prefix/libexec/libmutator_afl.so \
        afl-fuzz -i few -o afl -s 1 -E "$2" -t 20000 -- "$1" >afl.log 2>&1 ||
        fail "$1 ends with $?" afl.log
    [ -z "$(find afl/default/crashes afl/default/hangs -name 'id:*')" ] ||
        fail "$1: a finding" afl.log
    runs=$(sed -n 's/^execs_done *: //p' afl/default/fuzzer_stats)
    step "$1: $runs runs"
    [ "$runs" -ge 100 ] || fail "$1 ran next to nothing" afl.log
}

# libFuzzer ends with a finding of that oracle, and a fresh process shows the same input again.
must_find() { # TARGET ORACLE...
    local status=0 found=$work/$(basename "$1").found- oracle=${*:2}
    oracle=${oracle// /\\|}
    "$1" -seed=1 -runs=2000000 -artifact_prefix="$found" "$seeds" >find.log 2>&1 || status=$?
    [ "$status" != 0 ] || fail "$1: nothing was found"
    grep -q "^finding: \($oracle\) on" find.log || fail "$1: no finding of ${*:2}" find.log
    "$1" "$found"* >again.log 2>&1 && fail "$1: a fresh process does not show it"
    oracle=$(sed -n 's/^finding: \([a-z-]*\) on.*/\1/p' find.log)
    grep -q "^finding: $oracle on" again.log || fail "$1: a fresh process shows another" again.log
    step "$1: finding: $oracle"
}

must_compile() { # PACKAGE
    local flags
    export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
    read -ra flags <<<"$(pkg-config --cflags --libs "$1")"
    gcc -std=c11 "$root/fuzz/package/test/use_$1.c" "${flags[@]}" -o "use_$1" >log 2>&1 ||
        fail "no program can be compiled with $1.pc" log
    LD_LIBRARY_PATH=$work/prefix/lib "./use_$1" || fail "the program that uses $1 ends with $?"
    step "pkg-config: a program that uses $1"
}

install_it
cp -r prefix/share/allocheck/harness/adapter/pool pool
configure pool clang clang
build clang
replay clang
fuzz_libfuzzer clang/mypool_fuzz 5000
fuzz_afl clang/mypool_afl 5000

configure pool gcc gcc
build gcc
replay gcc
for target in mypool_fuzz mypool_afl; do
    grep -q -- "-- no $target: it needs clang" gcc.configure ||
        fail "nothing says that $target is left out" gcc.configure
    [ ! -e gcc/$target ] || fail "gcc cannot have built $target"
done

(cd pool && GIT_CEILING_DIRECTORIES=$work git apply "$root/harness/adapter/test/pool/planted.patch")
build clang
must_find clang/mypool_fuzz integrity live-untouched

configure "$root/fuzz/package/test/planted_bugs" planted_bugs clang -DPLANTED_BUGS="$root/harness/planted"
mapfile -t names <planted_bugs/names
[ ${#names[@]} -gt 0 ] || fail "no planted bug needs AddressSanitizer"
build planted_bugs --target "${names[@]/%/_fuzz}"
for name in "${names[@]}"; do
    must_find "planted_bugs/${name}_fuzz" live-untouched
done

must_compile slate
must_compile allocheck
