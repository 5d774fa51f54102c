// SPDX-License-Identifier: MIT
// Probes of size 0 and of alignments that are none.
#include "probe.h"

#include "run/invoke.h"
#include "run/request.h"

enum {
    STATES = 3,            /* a fresh heap, one in use, one where much was freed */
    AT_ONCE = 3,           /* blocks of size 0 live together */
    AGAIN_BYTES = 4 << 20, /* live while looking for a block again, */
    AGAIN_BLOCKS = 20000,  /* at most, */
    AGAIN_LEAST = 40,      /* and at least so many blocks */
};

static const size_t alignments[] = {16, 64, 4096};

/* --- size 0 --- */

struct live {
    void *block[16];
    size_t count;
};

static unsigned note(struct live *live, struct ac_probe_answer answer) {
    unsigned seen = answer.seen;
    for (size_t i = 0; i < live->count; i++) {
        seen |= answer.block != NULL && live->block[i] == answer.block ? AC_SEEN_SHARED : 0;
    }
    if (answer.block != NULL && (seen & AC_SEEN_SHARED) == 0) {
        live->block[live->count++] = answer.block;
    }
    return seen;
}

static unsigned ask_zero(struct ac_bench *bench, enum ac_function function, struct live *live) {
    unsigned seen = 0;
    if (ac_is_aligned_form(function)) {
        for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
            seen |= note(live,
                         ac_probe_ask(bench, &(struct ac_probe_call){.function = function,
                                                                     .alignment = alignments[i]}));
        }
        return seen;
    }
    seen = note(live, ac_probe_ask(bench, &(struct ac_probe_call){.function = function}));
    if (function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY) {
        const struct ac_probe_call none = {.function = function, .size = 8};
        const struct ac_probe_call of_nothing = {.function = function, .count = 8};
        seen |= note(live, ac_probe_ask(bench, &none));
        seen |= note(live, ac_probe_ask(bench, &of_nothing));
    }
    return seen;
}

void ac_probe_zero(struct ac_bench *bench, unsigned which) {
    const enum ac_function function = (enum ac_function)which;
    if (!ac_offers(bench->allocator, function)) {
        return;
    }
    bench->measured->offered |= (uint16_t)(1u << which);
    for (int state = 0; state < STATES; state++) {
        struct live live = {.count = 0};
        for (int i = 0; i < AT_ONCE; i++) {
            bench->measured->zero[which] |= (uint16_t)ask_zero(bench, function, &live);
        }
        for (size_t i = 0; i < live.count; i++) {
            ac_probe_free(bench, live.block[i]);
        }
        ac_probe_churn(bench);
    }
}

/* --- realloc of a live block to 0 --- */

/* True when allocating blocks of that size gives the address again. They stay live. */
static bool comes_again(struct ac_bench *bench, const char *old, size_t size) {
    size_t blocks = AGAIN_BYTES / size;
    blocks = blocks > AGAIN_BLOCKS ? AGAIN_BLOCKS : blocks < AGAIN_LEAST ? AGAIN_LEAST : blocks;
    for (size_t i = 0; i < blocks; i++) {
        const char *block = ac_probe_malloc(bench, size);
        if (block == NULL) {
            return false;
        }
        if ((uintptr_t)old >= (uintptr_t)block && (uintptr_t)old < (uintptr_t)block + size) {
            return true;
        }
    }
    return false;
}

/* NULL was returned: the block is gone, or else still live and comes again once it is freed. That
 * free may be a second one and end the process, which then tells nothing. */
static unsigned fate_of(struct ac_bench *bench, void *old, size_t size) {
    if (comes_again(bench, old, size)) {
        return AC_SEEN_FREED;
    }
    bench->allocator->free(bench->heap, old);
    return comes_again(bench, old, size) ? AC_SEEN_KEPT : 0;
}

void ac_probe_realloc_zero(struct ac_bench *bench, unsigned which) {
    static const size_t sizes[] = {24, 3000, 200000};
    const size_t size = sizes[which % 3];
    const enum ac_function function = which < 3 ? AC_FN_REALLOC : AC_FN_REALLOCARRAY;
    if (!ac_offers(bench->allocator, function)) {
        return;
    }
    if (which % 2 == 1) {
        ac_probe_churn(bench);
    }
    void *old = ac_probe_malloc(bench, size);
    if (old == NULL) {
        return;
    }
    const struct ac_probe_call call = {.function = function, .old = old, .count = 0, .size = 0};
    const struct ac_probe_answer answer = ac_probe_ask(bench, &call);
    bench->measured->realloc_zero |= (uint16_t)answer.seen;
    if (answer.block == NULL) {
        bench->measured->realloc_zero |= (uint16_t)fate_of(bench, old, size);
    }
}
