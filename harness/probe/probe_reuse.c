// SPDX-License-Identifier: MIT
// Probes of where memory comes from, and whether it is granted again.
#include "probe.h"

enum {
    POOL_BLOCKS = 8192,     /* at most, */
    POOL_BYTES = 128 << 20, /* and at most so much live: no fixed pool was found */
    CYCLES = 64,            /* of a size */
    LONG_CYCLES = 2048,     /* of the largest size: 2 GiB that were never reused run out */
};

/* --- a fixed pool --- */

/* Allocates blocks of one size and frees none. Returns the live bytes when one was refused; 0: the
 * first was; SIZE_MAX: none was. */
static size_t fill_with(struct ac_probe_env *env, size_t size) {
    size_t bytes = 0;
    for (size_t i = 0; i < POOL_BLOCKS && bytes < POOL_BYTES; i++, bytes += size) {
        if (ac_probe_malloc(env, size) == NULL)
            return bytes;
        env->state->pending.limited = 1; /* from now on a refusal means that no memory is left */
    }
    return SIZE_MAX;
}

/* Needs no limit on the process: what the system could still give does not count. */
void ac_probe_pool(struct ac_probe_env *env, unsigned which) {
    static const size_t sizes[] = {64 << 10, 4096, 256, 16};
    struct ac_measurement *measured = env->measured;
    size_t bytes = 0;
    (void)which;
    if (env->source != NULL)
        return;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && bytes == 0; i++)
        bytes = fill_with(env, sizes[i]);
    measured->fixed_pool = bytes == SIZE_MAX ? AC_HOLDS_NOT : AC_HOLDS_ALWAYS;
    measured->pool_bytes = bytes == SIZE_MAX ? 0 : bytes;
}

/* --- the size just freed --- */

/* False: refused after a free of that size. True also if it was never granted. */
static bool granted_again(struct ac_probe_env *env, size_t size, size_t cycles) {
    void *block = ac_probe_malloc(env, size);
    for (size_t i = 0; block != NULL && i < cycles; i++) {
        ac_probe_free(env, block);
        block = ac_probe_malloc(env, size);
        if (block == NULL)
            return false;
    }
    if (block != NULL)
        ac_probe_free(env, block);
    return true;
}

static size_t largest_granted(struct ac_probe_env *env) {
    static const size_t sizes[] = {1 << 20, 64 << 10, 4096, 256};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        void *block = ac_probe_malloc(env, sizes[i]);
        if (block != NULL) {
            ac_probe_free(env, block);
            return sizes[i];
        }
    }
    return 16;
}

/* With a live neighbour: an arena may reuse memory only once all is free. */
void ac_probe_freed_size(struct ac_probe_env *env, unsigned which) {
    static const size_t sizes[] = {24, 1000, 5000, 70000};
    void *neighbour = ac_probe_malloc(env, 24);
    bool again = neighbour != NULL;
    (void)which;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        again = again && granted_again(env, sizes[i], CYCLES);
    again = again && granted_again(env, largest_granted(env), LONG_CYCLES);
    env->measured->freed_size = again ? AC_HOLDS_ALWAYS : AC_HOLDS_NOT;
    ac_probe_free(env, neighbour);
}

/* --- a shrinking realloc --- */

/* False: refused. */
static bool shrinks(struct ac_probe_env *env, size_t from, size_t to) {
    struct ac_probe_call call = {.function = AC_FN_REALLOC, .size = to};
    call.old = ac_probe_malloc(env, from);
    if (call.old == NULL)
        return true;
    void *block = ac_probe_perform(env, &call).block;
    ac_probe_free(env, block != NULL ? block : call.old);
    return block != NULL;
}

void ac_probe_shrink(struct ac_probe_env *env, unsigned which) {
    static const size_t sizes[] = {24, 100, 1000, 5000, 70000, 300000, 2 << 20};
    bool always = true;
    (void)which;
    if (env->allocator->realloc == NULL)
        return;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t size = sizes[i], to[] = {size, size - 1, size / 4 * 3, size / 2, 1};
        for (size_t j = 0; j < sizeof to / sizeof *to; j++)
            always = shrinks(env, size, to[j]) && always;
    }
    env->measured->shrinks = always ? AC_HOLDS_ALWAYS : AC_HOLDS_NOT;
}
