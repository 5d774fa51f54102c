// SPDX-License-Identifier: MIT
// Probes of size 0, of realloc to 0, and of NULL.
#include "probe.h"

#include "run/invoke.h"
#include "run/request.h"

enum {
    STATES = 3,             /* a fresh heap, a used one, a used one again */
    AT_ONCE = 3,            /* blocks of size 0 live together */
    SEARCH_BYTES = 4 << 20, /* allocated to get a freed block again, */
    MOST_BLOCKS = 20000,    /* in at most, */
    LEAST_BLOCKS = 40,      /* and at least this many blocks */
};

static const size_t alignments[] = {16, 64, 4096};

/* --- size 0 --- */

struct live {
    void *block[16];
    size_t count;
};

static unsigned note(struct live *live, struct ac_probe_answer answer) {
    unsigned seen = answer.seen;
    for (size_t i = 0; i < live->count; i++)
        seen |= answer.block != NULL && live->block[i] == answer.block ? AC_SEEN_SHARED : 0;
    if (answer.block != NULL && (seen & AC_SEEN_SHARED) == 0)
        live->block[live->count++] = answer.block;
    return seen;
}

static unsigned request_zero(struct ac_probe_env *env, enum ac_function function,
                             struct live *live) {
    unsigned seen = 0;
    if (ac_is_aligned_form(function)) {
        for (size_t i = 0; i < sizeof alignments / sizeof *alignments; i++) {
            seen |= note(
                live, ac_probe_perform(env, &(struct ac_probe_call){.function = function,
                                                                    .alignment = alignments[i]}));
        }
        return seen;
    }
    seen = note(live, ac_probe_perform(env, &(struct ac_probe_call){.function = function}));
    if (function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY) {
        const struct ac_probe_call none = {.function = function, .size = 8};
        const struct ac_probe_call of_nothing = {.function = function, .count = 8};
        seen |= note(live, ac_probe_perform(env, &none));
        seen |= note(live, ac_probe_perform(env, &of_nothing));
    }
    return seen;
}

void ac_probe_size_zero(struct ac_probe_env *env, unsigned which) {
    const enum ac_function function = (enum ac_function)which;
    if (!ac_offers(env->allocator, function))
        return;
    env->measured->offered |= (uint16_t)(1u << which);
    for (int state = 0; state < STATES; state++) {
        struct live live = {.count = 0};
        for (int i = 0; i < AT_ONCE; i++)
            env->measured->zero[which] |= (uint16_t)request_zero(env, function, &live);
        for (size_t i = 0; i < live.count; i++)
            ac_probe_free(env, live.block[i]);
        ac_probe_churn(env);
    }
}

/* --- realloc of a live block to 0 --- */

/* True if allocating blocks of that size returns the address again. They stay live. */
static bool is_reused(struct ac_probe_env *env, const char *old, size_t size) {
    size_t blocks = SEARCH_BYTES / size;
    blocks = blocks > MOST_BLOCKS ? MOST_BLOCKS : blocks < LEAST_BLOCKS ? LEAST_BLOCKS : blocks;
    for (size_t i = 0; i < blocks; i++) {
        const char *block = ac_probe_malloc(env, size);
        if (block == NULL)
            return false;
        if ((uintptr_t)old >= (uintptr_t)block && (uintptr_t)old < (uintptr_t)block + size)
            return true;
    }
    return false;
}

/* realloc returned NULL: the old block was freed, or it is still live and is reused only after a
 * free. If that is a double free, it may end the process, and the result is unknown. */
static unsigned fate_of(struct ac_probe_env *env, void *old, size_t size) {
    if (is_reused(env, old, size))
        return AC_SEEN_FREED;
    env->allocator->free(env->heap, old);
    return is_reused(env, old, size) ? AC_SEEN_KEPT : 0;
}

void ac_probe_realloc_zero(struct ac_probe_env *env, unsigned which) {
    static const size_t sizes[] = {24, 3000, 200000};
    const size_t size = sizes[which % 3];
    const enum ac_function function = which < 3 ? AC_FN_REALLOC : AC_FN_REALLOCARRAY;
    if (!ac_offers(env->allocator, function))
        return;
    if (which % 2 == 1)
        ac_probe_churn(env);
    void *old = ac_probe_malloc(env, size);
    if (old == NULL)
        return;
    const struct ac_probe_call call = {.function = function, .old = old, .count = 0, .size = 0};
    const struct ac_probe_answer answer = ac_probe_perform(env, &call);
    env->measured->resize_zero[function] |= (uint16_t)answer.seen;
    if (answer.block == NULL)
        env->measured->resize_zero[function] |= (uint16_t)fate_of(env, old, size);
}

/* --- NULL --- */

static void call_with_null(struct ac_probe_env *env, enum ac_null call) {
    const struct ac_probe_call resize = {.function = AC_FN_REALLOC, .size = 24};
    if (call == AC_NULL_FREE)
        ac_probe_call_free(env, NULL);
    else if (call == AC_NULL_REALLOC)
        ac_probe_free(env, ac_probe_perform(env, &resize).block);
    else
        ac_probe_usable_size(env, NULL);
}

void ac_probe_null(struct ac_probe_env *env, unsigned which) {
    const enum ac_null call = (enum ac_null)(1u << which);
    const struct ac_allocator *allocator = env->allocator;
    if ((call == AC_NULL_REALLOC && allocator->realloc == NULL) ||
        (call == AC_NULL_USABLE && allocator->usable_size == NULL))
        return;
    env->measured->null_tried |= (uint8_t)call;
    call_with_null(env, call);
    env->measured->null_taken |= (uint8_t)call;
}
