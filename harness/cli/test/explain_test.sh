#!/usr/bin/env bash
# Explanations of each family of oracles: the lines that a person needs on a planted-bug allocator, and
# none of them on its clean build.
# usage: explain_test.sh CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing the planted-bug allocators)
set -euo pipefail
allocheck=$(realpath "$2") broken=$(realpath "$3")
. "$(dirname "$0")/scratch.sh"

# explained PLANTED CLEAN_BUILD OP... -- LINE...: the explanation on PLANTED holds the lines, apart from
# blanks; CLEAN_BUILD has no finding.
explained() {
    local planted=$1 clean_build=$2
    shift 2
    echo 'ops 1' >a.ops
    while [ "$1" != -- ]; do
        echo "$1" >>a.ops
        shift
    done
    shift
    expect 1 "$broken" explain --call-time 0.3 -a "$planted" a.ops
    tr -s ' ' <out >reported && mv reported out
    says out "finding: "
    says out "reproduce allocheck run --allocator $planted --call-time=0.3 a.ops"
    local line
    for line in "$@"; do
        says out "$line"
    done
    expect 0 "$broken" explain --call-time 0.3 -a "$clean_build" a.ops
    says out "a.ops: no finding on $clean_build: "
}

watched() { "$allocheck" list allocators | grep -q '^libc-asan'; }

case_zeroed() {
    explained empty-counts-as-new slab 'p0 = malloc 24' 'free p0' 'p1 = calloc 1 24' -- \
        'rule calloc zeroes all count * size bytes (C17 7.22.3.2)' \
        '-> 2 p1 = calloc 1 24' 'call calloc(1, 24) = a block' \
        'expected zero in every byte asked for' 'wrong bytes 0 to 23 of the returned block, 24 bytes' \
        'contents the pattern of block 0 (p0), freed by op 1, from byte 0' \
        ' 0 d1 df 27 e7' 'not: 00 00 00 00' '-> m2+0x8e0 the returned block 24 bytes' \
        'op 0 malloc map 16384 bytes = m2'
}

case_preserved() {
    explained copies-word-less boundary 'p0 = malloc 24' 'p1 = malloc 24' 'p0 = realloc p0 100' -- \
        'call realloc(block 0 of 24 bytes, 100) = a block elsewhere' \
        'wrong bytes 16 to 23 of the returned block, 100 bytes' 'contents all zero' \
        ' m2+0x50 block 1 (p1) 24 bytes, allocated by op 1'
    explained splits-too-low boundary 'p0 = malloc 200' 'p0 = realloc p0 88' -- \
        '= the same address' 'contents no pattern of this program'
}

case_intact() {
    if watched; then # a poisoned block is seen to be touched before it is looked at
        explained clears-too-much slab 'p0 = malloc 16' 'p1 = malloc 16' 'free p0' \
            'p2 = calloc 1 16' -- 'finding: live-untouched' '-> 3 p2 = calloc 1 16' \
            'touched byte 0 of block 1 (p1), 16 bytes' \
            '-> m2+0x8f0 block 1 (p1) 16 bytes, allocated by op 1' 'stack #0 __asan_memset' \
            '#1 pb_calloc front.c:'
        return
    fi
    explained clears-too-much slab 'p0 = malloc 16' 'p1 = malloc 16' 'free p0' 'p2 = calloc 1 16' -- \
        '-> end every block is checked and freed' 'changed by op 3: calloc(1, 16)' 'wrong bytes 0 to 15 of block 1 (p1), 16 bytes' \
        'contents all zero' 'm2+0x8e0 block 2 (p2) 16 bytes, allocated by op 3' \
        '-> m2+0x8f0 block 1 (p1) 16 bytes, allocated by op 1'
}

# Threads that allocate, free and call.
case_threads() {
    explained empty-counts-as-new slab 'on 1: p0 = malloc 24' 'on 2: free p0' 'exit 2' \
        'on 1: p1 = malloc 40' 'p2 = calloc 1 24' -- 'thread main' \
        'contents the pattern of block 0 (p0), freed by thread 2 at op 1, from byte 0' \
        ' block 1 (p1) 40 bytes, allocated by thread 1 at op 3'
    explained failure-frees boundary 'on 3: p0 = malloc 64' 'on 2: p0 = realloc p0 max-1' -- \
        'thread 2' 'history block 0 (p0), allocated by thread 3 at op 0'
}

case_failure_keeps() {
    explained failure-frees boundary 'p0 = malloc 64' 'p0 = realloc p0 max-1' -- \
        'call realloc(block 0 of 64 bytes, 18446744073709551614) = NULL, ENOMEM' \
        'wrong bytes 0 to 63 of block 0 (p0), 64 bytes'
}

case_disjoint() {
    explained tests-first-word slab 'repeat 66: p0 = malloc 24' -- \
        '-> 0 repeat 66: p0 = malloc 24 (round 66)' \
        'overlap the returned block overlaps bytes 0 to 23 of block 64 (p64), 24 bytes, allocated by op 0' \
        ' m2+0x10c0 block 63 (p63) 24 bytes, allocated by op 0' \
        '=> m2+0x10e0 block 64 (p64) 24 bytes, allocated by op 0: overlapped' \
        '-> m2+0x10e0 the returned block 24 bytes'
}

case_in_bounds() {
    explained counts-slot-too-many slab 'repeat 19: p0 = malloc 768' -- \
        'bounds the returned block ends 512 bytes after m2 (16384 bytes)' \
        '-> m2+0x3f00 the returned block 768 bytes'
}

case_aligned() {
    explained aligns-to-page-only slab 'p0 = posix_memalign 65536 65536' -- \
        'call posix_memalign(65536, 65536) = a block' '-> m2+0x1000 the returned block 65536 bytes'
}

case_usable() {
    explained usable-less-header slab 'p0 = malloc page-64' 'malloc_usable_size p0' -- \
        'call malloc_usable_size(block 0 (p0)) = 3968' 'expected at least what was asked for'
}

case_requests() {
    explained product-wraps slab 'p0 = calloc 2305843009213693954 8' -- \
        'call calloc(2305843009213693954, 8) = a block' 'expected NULL: this cannot be granted'
    explained trims-below-list tlsf 'with source=buffer limit=64K' 'p0 = malloc 40000' \
        'p1 = malloc 17000' 'free p0' 'p0 = malloc 40000' -- 'with source=buffer limit=64K' \
        'call malloc(40000) = NULL, ENOMEM' 'expected a block: the previous call freed this size'
    explained refused-without-enomem boundary 'refuse 1' 'p0 = malloc 100000' -- \
        'call malloc(100000) = NULL' 'refused 1 of 1 page requests of this call' \
        'actual errno unchanged' 'op 1 malloc map 102400 bytes: refused'
    explained realloc-zero-null boundary 'p0 = malloc 24' 'p0 = realloc p0 0' -- \
        'call realloc(block 0 of 24 bytes, 0) = NULL' '-> m2+0x30 block 0 (p0) 24 bytes'
}

case_pages() {
    explained unmaps-unrounded slab 'p0 = malloc 5000' 'free p0' -- \
        'op 1 free unmap m2, 5064 bytes: WRONG, not a mapped range'
    explained empty-in-one-order boundary 'p0 = malloc 260000' 'p1 = malloc 100' 'free p0' 'free p1' \
        -- 'actual 266240 bytes held with nothing live' 'op 0 malloc map 262144 bytes = m2'
    explained loses-large-runs slab 'p0 = malloc 100000' 'free p0' -- \
        'pages 84 page source calls, the last ones:' 'op 0 malloc map 102400 bytes = m43'
    explained keeps-no-run slab 'p0 = malloc 24' 'free p0' -- \
        'at the end malloc map 16384 bytes = m'
}

case_its_own_word() {
    explained shrink-forgets-merge boundary 'p0 = malloc 400' 'p0 = realloc p0 100' check_all -- \
        '-> 2 check_all' 'two free chunks are adjacent'
    explained walks-boundary-twice slab 'repeat 65: p0 = malloc 16' -- 'expected live blocks of 65'
    explained sized-misjudges-canary guarded 'p0 = malloc 31' 'free_sized p0' -- \
        'call free_sized(block 0 (p0)) was reported as misuse' '-> m2+0x8e0 block 0 (p0) 31 bytes'
    explained inverted-loop guarded 'p0 = malloc 24' 'overflow p0 1' -- \
        'call free(block 0)' 'actual the call returned'
    explained remembers-last-heap tlsf 'with source=buffer limit=64K' 'p0 = malloc 40000' \
        'p1 = malloc 30000' -- 'rule the same program gives the same answers' \
        'differs op 0: malloc(40000) = a block; in another run = NULL, ENOMEM'
}

case_ends() {
    explained usable-of-null tlsf 'malloc_usable_size p0' -- \
        'call malloc_usable_size(NULL) ended the process'
    explained uses-refused-pages boundary 'refuse 1' 'p0 = malloc 64' -- \
        'call malloc(64) ended the process' 'op 1 malloc map 65536 bytes: refused' \
        'stack #0 ' ' pb_malloc '
    explained alignment-loop boundary 'p0 = memalign half+3 1' -- \
        'call memalign(9223372036854775810, 1) did not return'
}

case_frame() {
    explained counts-elements slab 'with frames=own' enter 'p0 = vla 40 8' leave -- \
        'with frames=own' 'call leave()' 'depth 0, not 0; 280 bytes, not 0'
}

# Under a sanitizer: the bytes touched, and the stack.
case_stack() {
    if ! watched; then
        printf 'ops 1\np0 = malloc 24\np1 = malloc 24\nfree p1\n' >a.ops
        expect 0 "$broken" explain -a reads-foot-of-used a.ops && says out 'no finding'
        return
    fi
    explained reads-foot-of-used boundary 'p0 = malloc 24' 'p1 = malloc 24' 'free p1' -- \
        'finding: live-untouched' '-> 2 free p1' 'call free(block 1 (p1)) ended the process' \
        'touched byte 16 of block 0 (p0), 24 bytes' \
        'stack #0 chunk_release chunk.c:' '#2 pb_free front.c:' 'AddressSanitizer: use-after-poison'
    printf 'ops 1\np0 = malloc 502\n' >b.ops
    expect 1 "$broken" explain -a broken b.ops && says out 'UndefinedBehaviorSanitizer: a report'
    says out '#0 shifted  broken.c:' && says out '#1 broken_malloc  broken.c:'
    tr -s ' ' <out >reported && mv reported out
    ! sed '/^ reproduce/,$d' out | grep -q 'release\.c' || fail "a frame of the harness is shown"
}

case_long_programs_are_shortened() {
    {
        echo 'ops 1' && echo 'p0 = malloc 24'
        for i in $(seq 10 59); do echo "p$i = malloc 40"; done
        echo 'free p0' && for i in $(seq 10 40); do echo "free p$i"; done
        echo 'p1 = calloc 1 24' && echo 'free p1' && echo 'free p50'
    } >a.ops
    expect 1 "$broken" explain -a empty-counts-as-new a.ops
    says out '0  p0 = malloc 24' && says out '... 50 ops omitted'
    says out '51  free p0' && says out '... 28 ops omitted'
    says out '->  83  p1 = calloc 1 24' && says out '... 2 ops after it'
    [ "$(wc -l <out)" -lt 35 ] || fail "too long"
}

# The same input prints the same in every process; `run' prints it too for a single input.
case_it_is_the_same_every_time() {
    printf 'ops 1\np0 = malloc 24\nfree p0\np1 = calloc 1 24\n' >a.ops
    expect 1 "$broken" explain -a empty-counts-as-new a.ops && mv out first
    expect 1 "$broken" explain -a empty-counts-as-new a.ops && cmp first out || fail "not the same"
    expect 1 "$broken" run -a empty-counts-as-new a.ops && sed '$d' out >run
    cmp first run || fail "run prints something else"
    cp a.ops b.ops && expect 1 "$broken" run -a empty-counts-as-new a.ops b.ops
    says out 'b.ops: finding: zeroed' && ! grep -q 'contents' out || fail "two are not explained"
    "$allocheck" convert --to bytes -o a.bin a.ops
    expect 1 "$broken" explain -a empty-counts-as-new a.bin && says out 'contents  the pattern of block 0 (p0)'
    expect 1 "$broken" explain -a empty-counts-as-new --text - <a.ops && says out 'contents  the pattern of block 0 (p0)'
}

case_no_page_source() {
    printf 'ops 1\np0 = malloc 8\np1 = calloc 3 40\n' >a.ops
    expect 1 "$broken" explain -a broken a.ops
    says out 'wrong     byte 0 of the returned block, 120 bytes'
    says out 'block 0 (p0)        8 bytes, allocated by op 0'
    ! grep -q '^  pages' out || fail "pages, without a page source"
    printf 'ops 1\np0 = malloc 8\np1 = malloc 501\nfree p0\n' >b.ops
    expect 1 "$broken" explain -a broken b.ops
    says out 'call      malloc(501) ended the process' && says out 'the heap is broken, giving up'
}

case_bad_input() {
    printf 'ops 1\np0 = malloc 24\nfree p0\n' >good.ops && printf 'ops 1\nfill p0\n' >idle.ops
    printf 'ops 1\np0 = mallok\n' >bad.ops
    expect 0 "$allocheck" explain good.ops && says out 'good.ops: no finding on '
    expect 2 "$allocheck" explain && says err 'missing INPUT'
    expect 2 "$allocheck" explain good.ops idle.ops && says err "unexpected argument 'idle.ops'"
    expect 2 "$allocheck" explain missing.ops && says err 'missing.ops: cannot read: No such file'
    expect 2 "$allocheck" explain bad.ops && says err 'bad.ops:2:6: expected '
    expect 2 "$allocheck" explain idle.ops && says err 'idle.ops: no call of this program ran'
    expect 2 "$allocheck" explain -a none good.ops && says err "unknown allocator 'none'"
    printf 'ops 1\nrepeat 100000: p0 = malloc 24\nrepeat 100000: fill p0\n' >long.ops
    expect 3 "$allocheck" explain --timeout 0.001 long.ops && says err 'long.ops: stopped'
    "$allocheck" explain good.ops >/dev/full 2>err && fail "explain >/dev/full succeeded"
    says err 'standard output: cannot write: No space left on device'
}

touch out err
"case_$1"
