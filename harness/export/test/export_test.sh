#!/usr/bin/env bash
# `allocheck convert': what it writes and refuses; no partial file remains.
# usage: export_test.sh CASE ALLOCHECK SCRATCH LIBRARIES   (LIBRARIES: planted-bug allocators as shared objects)
set -euo pipefail
tool=$(realpath "$2") libraries=$4 include=$(realpath "$(dirname "$0")/../../include")
. "$3"

allocheck() { "$tool" "$@"; }
same() { diff -u "$1" "$2" >&2 || fail "$1 and $2 differ"; }
absent() { [ ! -e "$1" ] || fail "$1 is there"; }

# compile FILE LEVEL COMPILER [ARGUMENT...]: makes the executable `repro' without a warning.
compile() {
    local file=$1 level=$2 compiler=$3
    shift 3
    expect 0 "$compiler" -std=c11 -pedantic -Wall -Wextra -Werror "$level" "$file" -o repro "$@"
}

case_usage() {
    printf 'ops 1\np0 = malloc 24\n' >a.ops
    expect 2 allocheck convert --to c && says err "missing INPUT"
    expect 2 allocheck convert a.ops && says err "missing --to text, bytes, rep or c"
    expect 2 allocheck convert --to d a.ops && says err "unknown form 'd'; expected text, bytes, rep, c"
    local form
    for form in bytes rep c; do
        expect 2 allocheck convert --to $form a.ops b.ops && says err "unexpected argument 'b.ops'"
        expect 2 allocheck convert --to $form missing.ops && says err "missing.ops: cannot read: No such file"
    done
    expect 2 allocheck convert --to c --prefix 'a b' a.ops && says err "not 'a b'"
    expect 2 allocheck convert --to c --prefix my_ --interface a.ops
    says err "--prefix and --interface are mutually exclusive"
    expect 2 allocheck convert --to text --from log a.ops
    says err "unknown trace 'log'; expected rep, mtrace"
    expect 2 allocheck convert --to text --from rep a b && says err "unexpected argument 'b'"
    expect 2 allocheck convert --to text --from rep --text - && says err "mutually exclusive"
    expect 2 allocheck convert --to text --from rep missing.rep
    says err "missing.rep: cannot read: No such file"
}

# Only --to c runs the program.
case_options_of_c() {
    printf 'ops 1\np0 = malloc 24\n' >a.ops
    local form option
    for form in text bytes rep; do
        for option in '--prefix my_' --interface '--call-time 2' '--allocator libc' '-O zeroed' \
            '--memory 1G' --trap --race; do
            # shellcheck disable=SC2086
            expect 2 allocheck convert --to $form $option a.ops && says err " needs --to c"
        done
    done
    expect 2 allocheck convert --to text -a libc a.ops && says err "--allocator needs --to c"
}

case_unwritable() {
    printf 'ops 1\np0 = malloc 24\n' >a.ops
    printf '24\n1\n1\n1\na 0 24\n' >a.rep
    local form
    for form in c text bytes rep; do
        expect 2 allocheck convert --to "$form" -o /proc/no/such/file a.ops
        says err "/proc/no/such/file: cannot write: No such"
    done
    expect 2 allocheck convert --to text --from rep a.rep -o /proc/no/such/file
    says err "/proc/no/such/file: cannot write: No such"
    absent no
}

# The text form as in all other commands, below the name of the input.
case_text() {
    printf '# why\nops 1\n\np0=malloc   0x18 # so\nfree p0\n' >a.ops
    printf 'ops 1\np0 = malloc 24\nfree p0\n' >canonical
    { echo '# a.ops' && cat canonical; } >canonical.ops
    expect 0 allocheck convert --to text -o b.ops a.ops && same canonical.ops b.ops
    expect 0 allocheck convert --to bytes -o bytes a.ops
    { echo '# bytes' && cat canonical; } >canonical.ops
    expect 0 allocheck convert --to text bytes && same canonical.ops out
}

# Standard output may hold several programs, a file one.
case_text_of_several() {
    mkdir folder && printf 'ops 1\np0 = malloc 24\n' >folder/a.ops && touch folder/README.md
    printf 'ops 1\np0 = malloc 48\n' >b.ops
    { printf '# folder/a.ops\n' && cat folder/a.ops && printf '# b.ops\n' && cat b.ops; } >wanted
    expect 0 allocheck convert --to text folder b.ops && same wanted out
    says err "skipped: folder/README.md"
    expect 2 allocheck convert --to text folder b.ops -o c.ops
    says err "c.ops: not written: expected one program, not 2" && absent c.ops
    expect 0 allocheck convert --to text folder -o c.ops && says c.ops "# folder/a.ops"
    expect 2 allocheck convert --to bytes folder && says err "folder: cannot read: Is a directory"
}

# A trace goes to any form.
case_trace_to_any_form() {
    printf '24\n1\n2\n1\na 0 24\nf 0\n' >a.rep
    printf 'ops 1\nwith limit=64K\np0 = malloc 24\nfree p0\n' >a.ops
    expect 0 allocheck convert --from rep --to text a.rep -o text.ops
    expect 0 allocheck convert --from rep --to bytes a.rep -o bytes
    expect 0 allocheck convert --to text bytes && tail -n +2 out >of_bytes
    tail -n +2 text.ops >of_text && same of_text of_bytes
    expect 0 allocheck convert --from rep --to rep a.rep && same a.rep out
    expect 0 allocheck convert --from rep --to c --allocator libc a.rep && says out 'int main('
}

case_no_finding() {
    printf 'ops 1\nenter\np0 = alloca 300\np3 = vla 10 8\nenter\np4 = vla 3 7\nleave\nleave\n' >a.ops
    printf 'repeat 200: p0 = malloc 48\nfree_every 3\np1 = calloc 3 40\nfill p1\n' >>a.ops
    printf 'p1 = realloc p1 1\np2 = posix_memalign 64 max-3\nfork\np9 = largest\n' >>a.ops
    expect 0 allocheck convert --to c --allocator libc -o a.c a.ops
    says err "a.ops: no finding on libc: the C file checks all it can"
    local compiler level
    for compiler in gcc clang; do
        for level in -O0 -O2; do
            compile a.c "$level" "$compiler"
            expect 0 ./repro
        done
    done
}

# An allocator with its own function names, as in an archive.
case_prefix() {
    printf 'ops 1\np0 = malloc 24\nfree p0\np1 = calloc 1 24\n' >a.ops
    expect 0 allocheck convert --to c --prefix my_ -o a.c a.ops \
        --allocator "$libraries/instances/empty-counts-as-new.so"
    printf '#include <stdlib.h>\nvoid *my_malloc(size_t);void my_free(void *);\n%s\n%s\n%s\n' \
        'void *my_calloc(size_t, size_t); static void *last;' \
        'void *my_malloc(size_t n) { return malloc(n); } void my_free(void *p) { last = p; }' \
        'void *my_calloc(size_t n, size_t s) { return BUG ? last : calloc(n, s); }' >my.c
    compile a.c -O2 gcc -DBUG=1 my.c
    expect 1 ./repro && says err "FAIL: zeroed: byte 0 of 24 from calloc"
    compile a.c -O2 gcc -DBUG=0 my.c
    expect 0 ./repro
}

# An allocator whose calloc returns the block that another thread freed, as it is.
make_shared() {
    cat >shared.c <<'END'
#include <stddef.h>
#include <string.h>
static _Thread_local char here;
static struct block { char *owner; size_t size; char memory[]; } *given;
static _Alignas(16) char arena[1 << 24];
static size_t used;
void *malloc(size_t size) {
    struct block *block = (struct block *)(arena + used);
    used += (sizeof *block + size + 15) / 16 * 16;
    block->owner = &here, block->size = size;
    return used <= sizeof arena ? block->memory : NULL;
}
void free(void *memory) {
    struct block *block = (struct block *)memory - 1;
    given = memory != NULL && block->owner != &here ? block : given;
}
void *calloc(size_t count, size_t size) {
    struct block *block = given != NULL && given->size == count * size ? given : NULL;
    given = block != NULL ? NULL : given;
    void *memory = block != NULL ? block->memory : malloc(count * size);
    return block != NULL && BUG ? memory : memset(memory, 0, count * size);
}
END
    local bug
    for bug in 0 1; do
        gcc -O2 -fno-builtin -fPIC -shared -DBUG=$bug shared.c -o shared$bug.so
    done
}

# Threads are pthreads that run one at a time. A frame may span the steps of other threads; blocks
# left to a thread's exit are freed then.
case_threads() {
    make_shared
    printf 'ops 1\np0 = malloc 24\non 1: enter\non 1: p5 = alloca 100\non 1: free p0\n%s\n' \
        'p1 = calloc 1 24' >freed.ops
    printf 'ops 1\np0 = malloc 24\non 2: p9 = malloc 8\non 1: free_at_exit p0 2\n%s\n%s\n' \
        'exit 1' 'p1 = calloc 1 24' >ended.ops
    printf 'ops 1\non 1: p0 = malloc 24\nexit 1\non 1: p2 = malloc 8\non 2: free p0\n%s\n' \
        'on 1: p1 = calloc 1 24' >lives.ops
    local program compiler level
    for program in freed ended lives; do
        expect 0 allocheck convert --to c -o $program.c --allocator ./shared1.so $program.ops
        for compiler in gcc clang; do
            for level in -O0 -O2; do
                compile $program.c "$level" "$compiler" -pthread
                expect 1 env LD_PRELOAD=./shared1.so ./repro
                says err "FAIL: zeroed: byte 0 of 24 from calloc"
                expect 0 env LD_PRELOAD=./shared0.so ./repro
                expect 0 ./repro
            done
        done
    done
}

# Threads that still run when the program ends, some in frames, some with blocks to free.
case_threads_at_the_end() {
    printf 'ops 1\nrepeat 2: on 3: enter\non 3: p5 = vla 3 7\np0 = malloc 24\non 1: p1 = malloc 9\n' >a.ops
    printf 'on 2: free_at_exit p1 3\non 2: enter\nexit 1\nexit 1\nexit 7\non 1: p2 = calloc 2 8\n' >>a.ops
    printf 'repeat 3: exit 1\non 3: p5 = realloc p5 9\non 2: check_all\nfree_at_exit p2 1\n' >>a.ops
    expect 0 allocheck convert --to c --allocator libc -o a.c a.ops
    says err "a.ops: no finding on libc"
    grep -qF "// free_at_exit p2 1   (skipped: no effect here)" a.c || fail "not reported"
    [ "$(grep -c 'end_thread(1);' a.c)" = 2 ] || fail "thread 1 ends twice"
    local compiler
    for compiler in gcc clang; do
        compile a.c -O2 "$compiler" -pthread
        expect 0 timeout 20 ./repro
    done
}

# The allocator's thread_exit is called at thread exit, again after destructors free blocks, and before
# the heap is closed, for the main thread last.
case_thread_exit() {
    cat >reported.c <<'END'
#include "allocheck/allocator.h"
#include <stdio.h>
#include <stdlib.h>
static void *opens(const struct ac_open_options *options) { return (void *)options; }
static void closes(void *heap) { (void)heap, fputs("closes\n", stderr); }
static void *allocates(void *heap, size_t size) { (void)heap; return malloc(size); }
static void frees(void *heap, void *block) { (void)heap, free(block); }
static void leaves(void *heap) { (void)heap, fputs("leaves\n", stderr); }
const struct ac_allocator ac_allocator = {
    .struct_size = sizeof ac_allocator, .name = "reported", .open = opens, .close = closes,
    .malloc = allocates, .free = frees, .thread_exit = leaves};
END
    gcc -I "$include" -O2 -fPIC -shared reported.c -o reported.so
    printf 'ops 1\non 1: p0 = malloc 8\non 2: free p0\non 2: p1 = malloc 9\nexit 2\n%s\n%s\n' \
        'on 2: p2 = malloc 7' 'on 1: free_at_exit p1 1' >a.ops
    expect 0 allocheck convert --to c --interface --allocator ./reported.so -o a.c a.ops
    compile a.c -O2 gcc -pthread -I "$include" ./reported.so
    expect 0 timeout 20 ./repro
    printf '%s\n' leaves leaves leaves leaves leaves closes >wanted && same wanted err
}

# `left' minus more than is left wraps to a size that must fail; the file requests it.
case_left_below_zero() {
    printf 'ops 1\nwith limit=64K\np0 = malloc 60K\np1 = malloc left-5K\n' >a.ops
    printf '#include <stddef.h>\nstatic char all[1 << 20]; static size_t used;\n%s\n%s\n' \
        'void *malloc(size_t n) { char *at = all + used; if (BUG && n > -(size_t)4096) n = 0;' \
        'used += (n + 15) / 16 * 16; return n > 1 << 19 ? NULL : at; }' >left.c
    printf 'void free(void *p) { (void)p; }\n%s\n' \
        'void *calloc(size_t n, size_t s) { return malloc(n * s); }' >>left.c
    local bug
    for bug in 0 1; do
        gcc -O2 -fno-builtin -fPIC -shared -DBUG=$bug left.c -o left$bug.so
    done
    expect 0 allocheck convert --to c --allocator ./left1.so --oracles must-fail -o a.c a.ops
    ! grep -q "no finding" err || fail "no finding"
    compile a.c -O2 gcc
    expect 1 env LD_PRELOAD=./left1.so ./repro && says err "FAIL: must-fail: "
    expect 0 env LD_PRELOAD=./left0.so ./repro
    expect 0 ./repro
}

# Each block is a mapping; a large one is reserved first. One bug per way to mishandle a refusal, only
# outside the main thread, on which the allocator is measured.
make_trapped() {
    cat >trapped.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static int wrong(int bug) {
    return bug == BUG && gettid() != getpid();
}
enum { CAPACITY = 16, LARGE = 1000, FLAGS = MAP_PRIVATE | MAP_ANONYMOUS };
static void *mapped(size_t whole) {
    char *start = mmap(NULL, whole, PROT_READ | PROT_WRITE, FLAGS, -1, 0);
    return start == MAP_FAILED && !wrong(1) ? NULL : start;
}
static void *reserved(size_t whole) {
    char *start = mmap(NULL, whole, PROT_NONE, FLAGS, -1, 0);
    int open = start != MAP_FAILED && mprotect(start, whole, PROT_READ | PROT_WRITE) == 0;
    return open || (start != MAP_FAILED && wrong(2)) ? start : NULL;
}
void *malloc(size_t size) {
    char *start = size > PTRDIFF_MAX - CAPACITY ? NULL
                  : size < LARGE ? mapped(size + CAPACITY) : reserved(size + CAPACITY);
    if (start == NULL) return errno = ENOMEM, NULL;
    *(size_t *)(void *)start = size;
    return start + CAPACITY;
}
void free(void *memory) {
    const int before = errno;
    if (memory != NULL) {
        char *start = (char *)memory - CAPACITY;
        munmap(start, *(size_t *)(void *)start + CAPACITY);
    }
    errno = before;
}
void *calloc(size_t count, size_t size) {
    return size != 0 && count > PTRDIFF_MAX / size ? (errno = ENOMEM, NULL) : malloc(count * size);
}
void *realloc(void *memory, size_t size) {
    if (memory == NULL) return malloc(size);
    if (size > PTRDIFF_MAX - CAPACITY) return errno = ENOMEM, NULL;
    char *start = (char *)memory - CAPACITY;
    start = mremap(start, *(size_t *)(void *)start + CAPACITY, size + CAPACITY, MREMAP_MAYMOVE);
    if (start == MAP_FAILED) return errno = wrong(3) ? EIO : ENOMEM, NULL;
    *(size_t *)(void *)start = size;
    return start + CAPACITY;
}
END
    local bug
    for bug in 0 1 2 3; do
        gcc -O2 -fno-builtin -fPIC -shared -DBUG=$bug trapped.c -o trapped$bug.so
    done
}

# Fails on a machine that cannot trap requests.
can_trap() {
    local got=0
    printf 'ops 1\np0 = malloc 24\n' >plain.ops
    "$tool" run --inline --trap --allocator libc plain.ops >out 2>err || got=$?
    [ "$got" = 0 ] || says err "page requests cannot be trapped"
    return $((got != 0))
}

# The file counts requests inside the allocator's calls and refuses them as the program says.
case_trapped() {
    can_trap || return 0
    make_trapped
    printf 'ops 1\np0 = malloc 24\nrefuse 2\non 1: p1 = malloc 24\n%s\n' \
        'on 1: p2 = malloc 24' >bug1.ops
    printf 'ops 1\nrefuse_from 4\np0 = malloc 2000\non 1: p1 = malloc 2000\n' >bug2.ops
    printf 'ops 1\nwith quirks=no_resize\np0 = malloc 24\non 2: p0 = realloc p0 9000\n' >bug3.ops
    local bug compiler level got
    for bug in 1 2 3; do
        expect 0 allocheck convert --to c --trap -o $bug.c --allocator ./trapped$bug.so bug$bug.ops
        for compiler in gcc clang; do
            for level in -O0 -O2; do
                compile $bug.c "$level" "$compiler" -pthread
                got=0
                LD_PRELOAD=./trapped$bug.so ./repro >out 2>err || got=$?
                [ "$got" = $((bug < 3 ? 139 : 1)) ] || fail "bug $bug: the C file ends with $got"
                expect 0 env LD_PRELOAD=./trapped0.so ./repro
                expect 0 ./repro
            done
        done
    done
}

# Without a finding the file passes, whatever it refuses.
case_trapped_no_finding() {
    can_trap || return 0
    printf 'ops 1\nrefuse 2\nrepeat 9: p0 = malloc 300K\nrefuse_from 1\np20 = calloc 1 300K\n' >a.ops
    printf 'on 1: p21 = malloc 24\non 1: p1 = realloc p1 500K\nexit 1\nrefuse 0\nfork\n' >>a.ops
    printf 'on 1: p22 = posix_memalign 64 9000\nrefuse 1\np2 = realloc p2 900K\ntrim\n' >>a.ops
    expect 0 allocheck convert --to c --trap --allocator libc -o a.c a.ops
    says err "a.ops: no finding on libc: the C file checks all it can"
    local compiler
    for compiler in gcc clang; do
        compile a.c -O2 "$compiler" -pthread
        expect 0 ./repro
    done
    expect 1 gcc -m32 -std=c11 -fsyntax-only a.c
    says err "this file traps system calls and needs Linux on x86-64"
}

# A profile that declares free(NULL) not offered: the file guards frees of slots that may be empty.
case_free_null_not_offered() {
    printf 'ops 1\nfree p7\np0 = malloc 100\nfree p0\n' >a.ops
    printf '{"null_not_offered": ["free"]}' >a.json
    expect 0 allocheck convert --to c --allocator libc -o a.c a.ops
    ! grep -q "block_in(7)" a.c || fail "guarded without need"
    expect 0 allocheck convert --to c --allocator libc --profile a.json -o a.c a.ops
    says a.c "if (block_in(7) != NULL) { call_free(release_slot(7)), check_errno(); }"
    compile a.c -O2 gcc
    expect 0 ./repro
}

case_skipped() {
    printf 'ops 1\np0 = malloc 24\nrefuse 1\ndouble_free p0\n' >a.ops
    expect 0 allocheck convert --to c --allocator libc a.ops
    says out "// refuse 1   (skipped: not supported)"
    says out "// double_free p0   (skipped: not guaranteed to be caught)"
}

case_refused() {
    printf 'ops 1\nwith source=buffer limit=64K\np0 = malloc 40000\np1 = malloc 30000\n' >a.ops
    expect 2 allocheck convert --to c -o a.c a.ops \
        --allocator "$libraries/instances/remembers-last-heap.so"
    says err "a.ops: a C file cannot reproduce deterministic: it compares runs"
    absent a.c
}

# What a trace can express, and what it skips.
case_rep() {
    printf 'ops 1\np0 = malloc 24\np1 = calloc 3 40\np0 = realloc p0 5000\nfree p1\n' >a.ops
    printf 'repeat 2: p1 = aligned_alloc 64 128\nfree_every 2\nfree p7\np9 = malloc max-1\n' >>a.ops
    printf 'check_all\nenter\np0 = alloca 20\nleave\nfree p0\nfree p2\n' >>a.ops
    printf '5256\n4\n8\n1\na 0 24\na 1 120\nr 0 5000\nf 1\na 2 128\na 3 128\nf 2\nf 3\n' >wanted.rep
    expect 0 allocheck convert --to rep -o a.rep a.ops && same wanted.rep a.rep
    says err "7 ops left out: a malloc-lab trace cannot express them"
    says err "3 calloc and aligned requests written as malloc"
}

case_rep_threads() {
    printf 'ops 1\n# why\np0 = malloc 24\non 1: free p0\n' >a.ops
    expect 2 allocheck convert --to rep -o a.rep a.ops
    says err "a.ops:4: expected an op without threads: a malloc-lab trace has none" && absent a.rep
    expect 0 allocheck convert --to bytes -o bytes a.ops
    expect 2 allocheck convert --to rep -o a.rep bytes
    says err "bytes: op 1: expected an op without threads: a malloc-lab trace has none" && absent a.rep
    printf 'ops 1\np0 = malloc 24\nexit 1\n' >b.ops
    expect 2 allocheck convert --to rep -o a.rep b.ops && says err "b.ops:3: "
    # The text form supports threads.
    expect 0 allocheck convert --to text a.ops && says out "on 1: free p0"
}

case_rep_empty() {
    printf 'ops 1\np0 = malloc max-1\nfree p0\n' >a.ops
    expect 2 allocheck convert --to rep -o a.rep a.ops
    says err "a malloc-lab trace can express none of its ops" && absent a.rep
}

# A round trip gives the same trace and the same program.
case_rep_round_trip() {
    printf '120\n3\n8\n1\na 0 24\na 1 48\nr 0 72\nf 1\na 2 8\nf 0\nr 2 16\nf 2\n' >a.rep
    expect 0 allocheck convert --from rep --to text a.rep -o a.ops && says err "8 calls, 3 blocks, at most 120"
    expect 0 allocheck convert --to rep -o b.rep a.ops && same a.rep b.rep
    expect 0 allocheck convert --from rep --to text b.rep -o b.ops && same a.ops b.ops
    expect 0 allocheck run --allocator libc a.ops
    # free(NULL) is `f -1'; the header may be one line; ids may be reused.
    printf '1 1 3 1\n\na 0 24\r\nf -1\nf 0\n' >c.rep
    printf '# Converted from a trace of the malloc lab\nops 1\n%s\nfree p1\nfree p0\n' \
        'p0 = malloc 24' >wanted.ops
    expect 0 allocheck convert --from rep --to text c.rep -o c.ops && same wanted.ops c.ops
}

# wrong FORM TEXT PLACE EXPECTED: the trace has an error at the place.
wrong() {
    printf "$2" >wrong.trace
    expect 2 allocheck convert --from "$1" --to text wrong.trace -o wrong.ops
    says err "wrong.trace:$3: expected $4" && absent wrong.ops
}

case_rep_wrong() {
    wrong rep "" 1:1 "the suggested heap size in bytes"
    wrong rep '1\n2\nx\n' 3:1 "the number of ops"
    wrong rep '1 2 3 4 5\n' 1:9 "only four numbers"
    wrong rep '1\n1\n1\n1\nq 0 24\n' 5:1 "a ID SIZE, r ID SIZE or f ID"
    wrong rep '1\n1\n1\n1\na 1 24\n' 5:3 "an id below 1, the number of ids"
    wrong rep '1\n1\n1\n1\na 0\n' 5:4 "a size in bytes"
    wrong rep '1\n1\n1\n1\na 0 -4\n' 5:5 "a size in bytes"
    wrong rep '1\n1\n1\n1\na 0 4 4\n' 5:7 "the end of the line"
    wrong rep '1\n1\n2\n1\na 0 4\n' 5:6 "2 ops, as in the header, not 1"
    printf '1\n0\n0\n1\n' >none.rep
    expect 2 allocheck convert --from rep --to text none.rep && says err "none.rep: expected at least one call"
}

mtrace_log() {
    printf '= Start\n@ ./a.out:[0x1] + 0x1000 0x18\n@ ./a.out:(main+0x2)[0x2] + 0x2000 0x78\n'
    printf '@ ./a b:[0x3] < 0x1000\n@ ./a b:[0x3] > 0x3000 0x1388\n- 0x2000\n@ x - 0x9000\n'
    printf '@ x ! 0x3000 0x1000000000000000\n@ x + (nil) 0x1000000000000000\n@ x + 0x2000 0\n= End\n'
}

case_mtrace() {
    mtrace_log >a.log
    printf '# Converted from a log of mtrace\nops 1\np0 = malloc 24\np1 = malloc 120\n%s\n%s\n%s\n' \
        'p0 = realloc p0 5000' 'free p1' 'p1 = malloc 0' >wanted.ops
    expect 0 allocheck convert --from mtrace --to text a.log -o a.ops && same wanted.ops a.ops
    says err "5 calls, 3 blocks, at most 5120 bytes live"
    says err "dropped: 1 lines about unknown blocks"
    says err "dropped: 2 requests that failed"
    expect 0 allocheck convert --from mtrace --to text - <a.log && same wanted.ops out
}

case_mtrace_wrong() {
    wrong mtrace '= Begin\n' 1:3 "Start or End"
    wrong mtrace '= Start\nhello\n' 2:1 "+, -, <, > or !"
    wrong mtrace '@ x ? 0x10 0x20\n' 1:5 "+, -, <, > or !"
    wrong mtrace '@ x + nowhere 0x20\n' 1:7 "an address (0x...)"
    wrong mtrace '@ x + 0x10 much\n' 1:12 "a size in bytes"
    wrong mtrace '@ x < 0x10\n@ x - 0x20\n' 2:5 "the > line that completes the < line"
    wrong mtrace '@ x > 0x10 0x20\n' 1:5 "a < line before"
    wrong mtrace '+ 0x10 0x20 0x30\n' 1:13 "the end of the line"
}

# A log from this machine's C library.
case_mtrace_made_here() {
    cat >a.c <<'END'
#include <mcheck.h>
#include <stdlib.h>
int main(void) {
    mtrace();
    void *volatile first = malloc(24), *volatile second = calloc(3, 40);
    first = realloc(first, 5000);
    free(second);
    second = aligned_alloc(64, 128);
    free(first);
    free(second);
    muntrace();
    return 0;
}
END
    cc -o a.out a.c
    local debug=/usr/lib/$(uname -m)-linux-gnu/libc_malloc_debug.so.0
    [ ! -e "$debug" ] || local preload=$debug # since glibc 2.34 a separate library has the hooks
    LD_PRELOAD=${preload:-} MALLOC_TRACE=a.log ./a.out
    printf '# Converted from a log of mtrace\nops 1\np0 = malloc 24\np1 = malloc 120\n%s\n%s\n%s\n' \
        'p0 = realloc p0 5000' 'free p1' 'p1 = malloc 128
free p0
free p1' >wanted.ops
    expect 0 allocheck convert --from mtrace --to text a.log -o a.ops && same wanted.ops a.ops
}

# fails COMMAND...: a race shows in one of at most 50 runs, as a failed check or a crash.
fails() {
    local status run
    for run in {1..50}; do
        status=0
        "$@" >out 2>err || status=$?
        [ "$status" = 0 ] || break
    done
    [ "$status" -ge 128 ] || { [ "$status" = 1 ] && grep -qE '^FAIL: [a-z-]+: ' err; } ||
        fail "$*: $status after $run runs"
}

# export_race LIBRARY PROGRAM OUT [OPTION...]: a race run depends on scheduling, so this tries up to 20 fixed seeds
# with many rounds each.
export_race() {
    local seed library=$1 program=$2 file=$3
    shift 3
    for seed in {1..20}; do
        ! allocheck convert --to c --race --rounds 2000 --seed "$seed" --allocator "$library" "$program" \
            -o "$file" "$@" >out 2>err || return 0
        says err "in this race run"
    done
    fail "no race in $seed race runs"
}

# By names, and by the interface if only its counters show the race; the clean build passes.
case_threads_that_race() {
    local level compiler names=$libraries/names instances=$libraries/instances
    printf 'ops 1\non 1: p0 = malloc 17\np1 = malloc 17\n' >a.ops
    export_race "$names/fills-unlocked.so" a.ops a.c --verify
    grep -qE "^// It failed in [0-9]+ of [0-9]+ runs\.$" a.c || fail "a.c does not say how often it failed"
    printf 'ops 1\np0 = malloc 0\non 1: p1 = malloc 0\n' >b.ops
    export_race "$instances/counts-in-two-steps.so" b.ops b.c
    for level in -O0 -O2; do
        for compiler in gcc clang; do
            compile a.c $level $compiler -pthread
            fails env LD_PRELOAD="$names/fills-unlocked.so" ./repro
            expect 0 env LD_PRELOAD="$names/caches.so" ./repro 500
        done
    done
    for compiler in gcc clang; do
        compile b.c -O2 $compiler -pthread -I "$include"
        fails ./repro && says err 'FAIL: statistics: ' # on the library that it was made for
        expect 0 ./repro "$instances/caches.so" 500
    done
}

# Every kind of op passes blocks between threads: the file compiles and never deadlocks.
case_threads_that_race_hand_over() {
    local instances=$libraries/instances
    { printf 'ops 1\nrepeat 9: on 1: p0 = calloc 3 40\nrepeat 5: on 2: p2 = realloc p4 900\n'
      printf 'on 3: p3 = reallocarray p0 7 max-3\nrepeat 4: p5 = memalign 64 100\ncheck p2\n'
      printf 'on 1: p2 = posix_memalign 3 8\nrepeat 9: on 2: malloc_usable_size p1\ncheck_all\n'
      printf 'on 3: p9 = aligned_alloc 4096 5000\non 3: free_sized p9\nrepeat 9: free p0\n'
      printf 'repeat 40: on 1: p10 = malloc 17\nrepeat 40: on 2: p60 = malloc 17\n'; } >a.ops
    expect 0 allocheck convert --to c --race --interface --allocator "$instances/fills-unlocked.so" \
        a.ops -o a.c
    compile a.c -O2 gcc -pthread -I "$include"
    expect 0 ./repro "$instances/caches.so" 1000
    compile a.c -O2 clang -pthread -I "$include"
    fails ./repro
}

case_threads_that_race_are_refused() {
    local names=$libraries/names
    printf 'ops 1\nrepeat 50: on 1: p0 = malloc 17\nrepeat 50: p50 = malloc 17\n' >a.ops
    { cat a.ops; echo fork; } >b.ops
    expect 2 allocheck convert --to c --race --allocator "$names/fills-unlocked.so" b.ops -o b.c
    says err "a racing C file does not support fork" && absent b.c
    expect 2 allocheck convert --to c --race --rounds 20 --allocator "$names/caches.so" a.ops -o b.c
    says err "a.ops: no finding on caches in this race run" && absent b.c
    expect 2 allocheck convert --to text --race a.ops && says err "--race needs --to c"
    expect 2 allocheck convert --to c --rounds 3 a.ops && says err "--rounds and --seed need --race"
}

"case_$1"
