#!/usr/bin/env bash
# C files are compiled and run before they are kept; what is not verified says so.
# usage: verify_test.sh CASE ALLOCHECK SCRATCH LIBRARY INSTANCE INCLUDE
# LIBRARY and INSTANCE are the sources of broken allocators, by libc names and by ac_allocator.
set -euo pipefail
tool=$(realpath "$2") library=$(realpath "$4") instance=$(realpath "$5") include=$(realpath "$6")
. "$3"

allocheck() { "$tool" "$@"; }

# make BUG: the library broken.so with one bug.
make() { cc -O2 -fno-builtin -fPIC -shared -w -DBUG="$1" "$library" -o broken.so; }

printf 'ops 1\np0 = malloc 100\n' >a.ops

# convert STATUS [OPTION...]: makes repro.c of a.ops on broken.so, verified.
convert() {
    local wanted=$1
    shift
    expect "$wanted" allocheck convert --to c --verify --allocator ./broken.so -o repro.c "$@" a.ops
}

# The command in the banner of a C file, as it stands there.
command_of() { sed -n 's,^//     \(cc .*\),\1,p' "$1"; }

# Follows the banner: the C file fails on the library and passes on the C library.
shows() {
    local command got=0
    command=$(command_of repro.c)
    [ -n "$command" ] || fail "no command in the banner"
    bash -c "$command" >out 2>err || got=$?
    [ "$got" = "$1" ] || fail "$command: exit status $got, expected $1"
    expect 0 ./repro
}

# not_verified WHY: the file that was written says so.
not_verified() {
    says err "a.ops: the C file is not verified: $1"
    says repro.c "// not verified: $1"
}

case_alignment() {
    make ALIGNMENT && convert 0 && shows 1
    [ "$(wc -l <repro.c)" -le 40 ] || fail "it has more than 40 lines"
    says repro.c "if ((uintptr_t)p0 % 16 != 0) {"
}

case_crash() {
    make CRASH && convert 0 && shows 134
    [ "$(wc -l <repro.c)" -le 40 ] || fail "it has more than 40 lines"
}

case_error() {
    make ERROR && echo '# deviations: findings
ops 1
p0 = malloc max' >a.ops
    convert 0 && shows 1
    [ "$(wc -l <repro.c)" -le 40 ] || fail "it has more than 40 lines"
    says repro.c "if (p0 == NULL && errno != ENOMEM) {"
}

case_exit() {
    make EXITS && convert 0 && shows 7
}

case_hang() {
    echo '{}' >a.json # measures nothing
    make HANG && convert 0 --profile a.json --call-time 1 && shows 142 && says repro.c "alarm(1);"
}

# Resident memory that keeps growing. The peak of a process may be its parent's, so it is not used.
case_growth() {
    echo 'ops 1
p0 = malloc 100
free p0' >a.ops
    make GROWTH && convert 0 --oracles no-growth && shows 1
    says repro.c "/proc/self/statm"
    [ "$(wc -l <repro.c)" -le 50 ] || fail "it has more than 50 lines"
    expect 0 cc -std=c11 -pedantic -Wall -Wextra -Werror -c repro.c
}

# short LINES: the C file is that short, and compiles without a warning.
short() {
    [ "$(wc -l <repro.c)" -le "$1" ] || fail "it has more than $1 lines"
    expect 0 cc -std=c11 -pedantic -Wall -Wextra -Werror -I "$include" -c repro.c
}

# stage BUG ORACLE TEXT: what a library with instances does wrong as the heap is opened or closed, or a thread
# ends. The clean build passes the same file.
stage() {
    cc -O2 -fPIC -shared -w -I "$include" -DBUG="$1" "$instance" -o broken.so
    cc -O2 -fPIC -shared -w -I "$include" -DBUG=NONE "$instance" -o clean.so
    convert 0 && says repro.c "// finding   $2 on instance" && says repro.c "$3" && short 95
    ! bash -c "$(command_of repro.c)" >out 2>err || fail "the command in the banner does not show it"
    expect 0 ./repro ./clean.so
}

case_open_and_close() {
    stage OPEN survives "a->open(&options);"
    stage CLOSE survives "a->close(heap);"
    stage KEEPS page-log "if (held > 0) {"
    printf 'ops 1\non 1: p0 = malloc 24\n' >a.ops
    stage THREAD_EXIT survives "a->thread_exit(heap);"
}

# By libc names, the destructor of a thread ends the process.
case_thread_end() {
    printf 'ops 1\non 1: p0 = malloc 24\nexit 1\n' >a.ops
    make THREAD_END && convert 0 && shows 134 && short 40
    says repro.c "pthread_join(thread, NULL);"
}

# Nothing of a check remains.
case_temporary_folder() {
    mkdir temporary && make ALIGNMENT
    export TMPDIR=$PWD/temporary
    convert 0
    [ -z "$(ls -A temporary)" ] || fail "left: $(ls -A temporary)"
    export TMPDIR=$PWD/missing
    convert 1 && not_verified "no temporary folder: No such file or directory"
}

# What only the tool sees: the file passes.
case_passes() {
    make IN_THE_TOOL && convert 1 && not_verified "it passes on broken"
}

case_every_process_fails() {
    make EVERYWHERE
    printf '{"zero": {"malloc": "null"}}' >a.json
    printf 'ops 1\np0 = malloc 0\n' >a.ops
    convert 1 --profile a.json && not_verified "every process that preloads the library fails"
}

# A demand of the profile that the C library does not meet either; and a file that fails everywhere.
case_fails_on_libc_too() {
    make NONE
    printf '{"zero": {"malloc": "null"}}' >a.json
    printf 'ops 1\np0 = malloc 0\n' >a.ops
    convert 0 --profile a.json
    says repro.c "// It fails without LD_PRELOAD, too: the C library deviates as well."
    make ALIGNMENT
    mkdir path && cat >path/cc <<'END'
#!/bin/sh
while [ "$1" != -o ]; do shift; done
echo 'int main(void) { return 1; }' >one.c && exec gcc one.c -o "$2"
END
    chmod +x path/cc
    printf 'ops 1\np0 = malloc 100\n' >a.ops
    PATH=$PWD/path:$PATH convert 1 && not_verified "it also fails on the C library"
}

# A PATH without a compiler, and $CC.
case_compiler() {
    mkdir path && make ALIGNMENT
    PATH=$PWD/path expect 1 "$tool" convert --to c --verify --allocator ./broken.so -o repro.c a.ops
    not_verified "no C compiler (cc) in PATH"
    local name
    for name in as ld gcc true; do
        ln -s "$(command -v $name)" "path/$name"
    done
    CC=$PWD/path/gcc PATH=$PWD/path expect 0 "$tool" convert --to c --verify --allocator ./broken.so \
        -o repro.c a.ops
    printf '#!/bin/sh\necho repro.c:1: error: it is Monday >&2\nexit 1\n' >cc && chmod +x cc
    PATH=$PWD:$PATH expect 1 "$tool" convert --to c --verify --allocator ./broken.so -o repro.c a.ops
    not_verified "it does not compile: repro.c:1: error: it is Monday"
}

# A library that exports functions with a prefix is linked.
case_prefix() {
    make ALIGNMENT
    convert 1 --prefix my_ && not_verified "it does not compile: "
    cc -O2 -fno-builtin -fPIC -shared -w -DBUG=ALIGNMENT "$library" -Dmalloc=my_malloc -Dfree=my_free \
        -Dcalloc=my_calloc -Drealloc=my_realloc -c -o my.o
    cc -O2 -fno-builtin -fPIC -shared -w -DBUG=ALIGNMENT "$library" my.o -o broken.so
    convert 0 --prefix my_ && says repro.c "my_malloc(100)"
}

# campaign STATUS [OPTION...]: over a.ops, for one finding; its profile is not measured.
campaign() {
    local wanted=$1
    shift
    echo '{}' >a.json
    expect "$wanted" "$tool" fuzz --engine random --seed 1 --profile a.json --oracles aligned "$@" \
        --allocator ./broken.so a.ops
}

# describes MEMBER VALUE: of finding.json, as Python prints it.
describes() {
    local value
    value=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["reproducer"].get(sys.argv[2]))' allocheck-out/findings/*/finding.json "$1")
    [ "$value" = "$2" ] || fail "$1 is $value"
}

# A campaign says whether what it saved is verified: on the terminal, in finding.json and in the file.
case_campaign() {
    make ALIGNMENT
    campaign 1
    says out "  verified  repro.c fails on the allocator and passes on the C library"
    describes verified True
    says "$(echo allocheck-out/findings/*/report.html)" "repro.c is verified: it fails on the allocator and"
    cp allocheck-out/findings/*/repro.c . && shows 1
    rm -rf allocheck-out
    make IN_THE_TOOL
    campaign 1
    says out "  not verified  repro.c: it passes on broken"
    describes verified False && describes why "it passes on broken"
    says "$(echo allocheck-out/findings/*/report.html)" "repro.c is not verified: it passes on broken"
    says "$(echo allocheck-out/findings/*/repro.c)" "// not verified: it passes on broken"
}

case_campaign_without_compiler() {
    mkdir path && make ALIGNMENT
    PATH=$PWD/path campaign 1
    says out "  not verified  repro.c: no C compiler (cc) in PATH"
    describes verified False && describes why "no C compiler (cc) in PATH"
}

# The campaign ends while the compiler runs.
case_no_time_left() {
    make ALIGNMENT
    mkdir path && printf '#!/bin/sh\nexec sleep 60\n' >path/cc && chmod +x path/cc
    PATH=$PWD/path:$PATH campaign 1 --seconds 3
    says out "  not verified  repro.c: no time was left to verify it"
}

case_usage() {
    make ALIGNMENT
    expect 2 allocheck convert --to text --verify a.ops && says err "--verify needs --to c"
    expect 2 allocheck convert --to c --names --interface a.ops && says err "mutually exclusive"
    expect 2 allocheck fuzz --prefix 'a b' && says err "--prefix: expected the beginning of a C identifier"
    expect 2 allocheck fuzz --prefix my_ --interface && says err "mutually exclusive"
    campaign 1 --prefix my_
    says out "  not verified  repro.c: it does not compile: "
    says "$(echo allocheck-out/findings/*/repro.c)" "my_malloc(100)"
}

"case_$1"
