// SPDX-License-Identifier: MIT
// Probes of alignments, usable sizes, size-class boundaries and the largest request.
#define _DEFAULT_SOURCE /* getrusage */
#include "probe.h"

#include "run/invoke.h"

#include <sys/resource.h>

enum {
    AT_ONCE = 4,       /* blocks of one size live together */
    DENSE = 520,       /* every size up to here, then each a third larger */
    LARGEST = 1 << 20, /* bytes */
    MOST_ALIGNMENT = 4096,
};

static size_t next_size(size_t size) {
    return size < DENSE ? size + 1 : size + size / 3;
}

static void free_all(struct ac_probe_env *env, void **blocks, size_t count) {
    for (size_t i = 0; i < count; i++)
        ac_probe_free(env, blocks[i]);
}

/* Returns how many of AT_ONCE blocks it got. */
static size_t allocate(struct ac_probe_env *env, size_t size, void **blocks) {
    size_t count = 0;
    while (count < AT_ONCE && (blocks[count] = ac_probe_malloc(env, size)) != NULL)
        count++;
    return count;
}

/* --- minimum alignment --- */

/* The largest alignment up to `guaranteed` that this block does not refute: only alignments up to
 * its size count. */
static size_t still_guaranteed(size_t guaranteed, size_t size, uintptr_t address) {
    for (size_t alignment = 1; alignment <= guaranteed && alignment <= size; alignment *= 2)
        if (address % alignment != 0)
            return alignment / 2;
    return guaranteed;
}

void ac_probe_min_alignment(struct ac_probe_env *env, unsigned which) {
    size_t guaranteed = MOST_ALIGNMENT;
    bool seen = true;
    (void)which;
    for (size_t size = 1; size <= LARGEST; size = next_size(size)) {
        void *blocks[AT_ONCE];
        const size_t count = allocate(env, size, blocks);
        seen = seen && (count != 0 || size > DENSE);
        for (size_t i = 0; i < count; i++)
            guaranteed = still_guaranteed(guaranteed, size, (uintptr_t)blocks[i]);
        free_all(env, blocks, count);
    }
    env->measured->min_alignment = seen ? guaranteed : 0;
}

/* --- alignment kept by realloc --- */

static enum ac_function aligning(const struct ac_allocator *allocator) {
    static const enum ac_function forms[] = {AC_FN_ALIGNED_ALLOC, AC_FN_POSIX_MEMALIGN,
                                             AC_FN_MEMALIGN};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (ac_offers(allocator, forms[i]))
            return forms[i];
    return AC_FN_MALLOC;
}

/* Resizes a block, each time with a live neighbour. False: it lost its alignment. */
static bool keeps(struct ac_probe_env *env, enum ac_function function, size_t alignment) {
    static const size_t sizes[] = {40, 100, 1000, 10000, 100000, 300000, 5000, 70, 900, 20};
    bool kept = true;
    struct ac_probe_call call = {.function = function, .alignment = alignment, .size = alignment};
    void *block = ac_probe_perform(env, &call).block;
    for (size_t i = 0; block != NULL && i < sizeof sizes / sizeof *sizes; i++) {
        void *neighbour = ac_probe_malloc(env, sizes[i]);
        call = (struct ac_probe_call){.function = AC_FN_REALLOC, .old = block, .size = sizes[i]};
        void *moved = ac_probe_perform(env, &call).block;
        block = moved != NULL ? moved : block;
        kept = kept && (uintptr_t)block % alignment == 0;
        ac_probe_free(env, neighbour);
    }
    ac_probe_free(env, block);
    return kept;
}

void ac_probe_keeps_alignment(struct ac_probe_env *env, unsigned which) {
    static const size_t alignments[] = {32, 64, 256, 1024, 4096};
    const enum ac_function function = aligning(env->allocator);
    bool kept = true;
    (void)which;
    if (function == AC_FN_MALLOC || env->allocator->realloc == NULL)
        return;
    for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
        kept = keeps(env, function, alignments[i]) && kept;
        ac_probe_churn(env);
    }
    env->measured->keeps_alignment = kept ? AC_HOLDS_ALWAYS : AC_HOLDS_NOT;
}

/* --- usable size --- */

static void note_usable(struct ac_probe_env *env, void *block, size_t size) {
    struct ac_measurement *measured = env->measured;
    const size_t usable = ac_probe_usable_size(env, block);
    if (usable != ac_probe_usable_size(env, block))
        measured->usable_stable = AC_HOLDS_NOT;
    if (usable != size)
        measured->usable_exact = AC_HOLDS_NOT;
    if (usable > size && usable - size > measured->most_slack) {
        measured->most_slack = usable - size;
        measured->slack_at = size;
    }
}

void ac_probe_slack(struct ac_probe_env *env, unsigned which) {
    (void)which;
    if (env->allocator->usable_size == NULL)
        return;
    env->measured->usable_offered = 1;
    env->measured->usable_exact = env->measured->usable_stable = AC_HOLDS_ALWAYS;
    for (size_t size = 1; size <= LARGEST; size = next_size(size)) {
        void *block = ac_probe_malloc(env, size);
        if (block != NULL) {
            note_usable(env, block, size);
            ac_probe_free(env, block);
        }
    }
}

/* --- the largest request --- */

/* Peak resident memory in KiB. */
static long peak_kib(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

/* False also if the allocator, or a sanitizer, wrote to much of the block: larger blocks would soon
 * use up the memory. */
static bool grants(struct ac_probe_env *env, size_t size) {
    enum { MUCH = 32 << 10 };
    const long before = peak_kib();
    void *block = ac_probe_malloc(env, size);
    if (block == NULL)
        return false;
    env->measured->largest_request = size;
    ac_probe_free(env, block);
    return peak_kib() < before + MUCH;
}

/* Doubles the size until it is refused, then adds smaller powers of two. A size between available
 * memory and the address space may end the process. */
void ac_probe_largest_request(struct ac_probe_env *env, unsigned which) {
    enum { FIRST = 4096, BITS = 6 };
    size_t bit = FIRST;
    (void)which;
    while (bit <= PTRDIFF_MAX / 2 && grants(env, bit))
        bit *= 2;
    bit /= 2;
    for (size_t i = 0, size = bit; i < BITS && bit >= FIRST; i++) {
        bit /= 2;
        size += grants(env, size + bit) ? bit : 0;
    }
}

void ac_probe_boundaries(struct ac_probe_env *env, unsigned which) {
    (void)which;
    if (env->measured->usable_exact == AC_HOLDS_NOT)
        ac_probe_learn_boundaries(env);
}
