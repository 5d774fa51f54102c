// SPDX-License-Identifier: MIT
// Probes of alignments, usable sizes, size-class boundaries and the largest request.
#define _DEFAULT_SOURCE /* getrusage */
#include "probe.h"

#include "run/invoke.h"

#include <sys/resource.h>

enum {
    AT_ONCE = 4,       /* blocks of one size live together */
    DENSE = 520,       /* every size up to here, then each larger by a third */
    LARGEST = 1 << 20, /* bytes */
    MOST_ALIGNMENT = 4096,
};

static size_t next_size(size_t size) {
    return size < DENSE ? size + 1 : size + size / 3;
}

static void free_all(struct ac_bench *bench, void **blocks, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ac_probe_free(bench, blocks[i]);
    }
}

/* Returns how many of AT_ONCE blocks there were. */
static size_t allocate(struct ac_bench *bench, size_t size, void **blocks) {
    size_t count = 0;
    while (count < AT_ONCE && (blocks[count] = ac_probe_malloc(bench, size)) != NULL) {
        count++;
    }
    return count;
}

/* --- alignment of every block --- */

/* The largest alignment up to `guaranteed` that a block of its size has, if it is to have it. */
static size_t still_guaranteed(size_t guaranteed, size_t size, uintptr_t address) {
    for (size_t alignment = 1; alignment <= guaranteed && alignment <= size; alignment *= 2) {
        if (address % alignment != 0) {
            return alignment / 2;
        }
    }
    return guaranteed;
}

void ac_probe_min_alignment(struct ac_bench *bench, unsigned which) {
    size_t guaranteed = MOST_ALIGNMENT;
    (void)which;
    for (size_t size = 1; size <= LARGEST; size = next_size(size)) {
        void *blocks[AT_ONCE];
        const size_t count = allocate(bench, size, blocks);
        for (size_t i = 0; i < count; i++) {
            guaranteed = still_guaranteed(guaranteed, size, (uintptr_t)blocks[i]);
        }
        free_all(bench, blocks, count);
    }
    bench->measured->min_alignment = guaranteed;
}

/* --- alignment kept by realloc --- */

static enum ac_function aligning(const struct ac_allocator *allocator) {
    static const enum ac_function forms[] = {AC_FN_ALIGNED_ALLOC, AC_FN_POSIX_MEMALIGN,
                                             AC_FN_MEMALIGN};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (ac_offers(allocator, forms[i])) {
            return forms[i];
        }
    }
    return AC_FN_MALLOC;
}

/* A block grows and shrinks, a neighbour live after it each time. False: one was not aligned. */
static bool keeps(struct ac_bench *bench, enum ac_function function, size_t alignment) {
    static const size_t sizes[] = {40, 100, 1000, 10000, 100000, 300000, 5000, 70, 900, 20};
    bool kept = true;
    struct ac_probe_call call = {.function = function, .alignment = alignment, .size = alignment};
    void *block = ac_probe_ask(bench, &call).block;
    for (size_t i = 0; block != NULL && i < sizeof sizes / sizeof *sizes; i++) {
        void *neighbour = ac_probe_malloc(bench, sizes[i]);
        call = (struct ac_probe_call){.function = AC_FN_REALLOC, .old = block, .size = sizes[i]};
        void *moved = ac_probe_ask(bench, &call).block;
        block = moved != NULL ? moved : block;
        kept = kept && (uintptr_t)block % alignment == 0;
        ac_probe_free(bench, neighbour);
    }
    ac_probe_free(bench, block);
    return kept;
}

void ac_probe_keeps_alignment(struct ac_bench *bench, unsigned which) {
    static const size_t alignments[] = {32, 64, 256, 1024, 4096};
    const enum ac_function function = aligning(bench->allocator);
    bool kept = true;
    (void)which;
    if (function == AC_FN_MALLOC || bench->allocator->realloc == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
        kept = keeps(bench, function, alignments[i]) && kept;
        ac_probe_churn(bench);
    }
    bench->measured->keeps_alignment = kept ? AC_HOLDS_ALWAYS : AC_HOLDS_NOT;
}

/* --- usable size --- */

static void note_usable(struct ac_bench *bench, void *block, size_t size) {
    struct ac_measured *measured = bench->measured;
    const size_t usable = ac_probe_usable_size(bench, block);
    if (usable != size) {
        measured->usable_exact = AC_HOLDS_NOT;
    }
    if (usable > size && usable - size > measured->most_slack) {
        measured->most_slack = usable - size;
        measured->slack_at = size;
    }
}

void ac_probe_usable(struct ac_bench *bench, unsigned which) {
    (void)which;
    if (bench->allocator->usable_size == NULL) {
        return;
    }
    bench->measured->usable_offered = 1;
    bench->measured->usable_exact = AC_HOLDS_ALWAYS;
    for (size_t size = 1; size <= LARGEST; size = next_size(size)) {
        void *block = ac_probe_malloc(bench, size);
        if (block != NULL) {
            note_usable(bench, block, size);
            ac_probe_free(bench, block);
        }
    }
}

/* --- the largest request --- */

/* Resident memory at its peak, in KiB. */
static long peak(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

/* Ends where much of a block is written to, by its allocator or by what watches it: that would soon
 * take all memory there is. */
static bool grants(struct ac_bench *bench, size_t size) {
    enum { MUCH = 32 << 10 };
    const long before = peak();
    void *block = ac_probe_malloc(bench, size);
    if (block == NULL) {
        return false;
    }
    bench->measured->largest_request = size;
    ac_probe_free(bench, block);
    return peak() < before + MUCH;
}

/* Doubled until refused, then as much of the next bits as is granted. What lies in between, more
 * than there is but less than no machine has, may end the process. */
void ac_probe_largest(struct ac_bench *bench, unsigned which) {
    enum { FIRST = 4096, BITS = 6 };
    size_t bit = FIRST;
    (void)which;
    while (bit <= PTRDIFF_MAX / 2 && grants(bench, bit)) {
        bit *= 2;
    }
    bit /= 2;
    for (size_t i = 0, size = bit; i < BITS && bit >= FIRST; i++) {
        bit /= 2;
        size += grants(bench, size + bit) ? bit : 0;
    }
}

void ac_probe_boundaries(struct ac_bench *bench, unsigned which) {
    (void)which;
    if (bench->measured->usable_exact == AC_HOLDS_NOT) {
        ac_probe_learn_boundaries(bench);
    }
}
