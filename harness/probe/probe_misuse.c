// SPDX-License-Identifier: MIT
// Probes of misuse: one misuse, in a fresh process. It counts as caught if the call does not
// return; later damage does not matter.
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "probe.h"

#include "program/poison.h"

#include <sys/mman.h>

static const size_t sizes[AC_MISUSE_TRIES] = {24, 1000, 300000};

struct misuse {
    struct ac_probe_env *env;
    size_t size;
    unsigned attempt;
};

/* Noted before the call: if it does not return, the misuse was caught. */
static void start(const struct misuse *misuse) {
    misuse->env->state->in_misuse = 1;
    misuse->env->progress->calls++;
    misuse->env->progress->in_call = 1;
}

static void *allocate(const struct misuse *misuse) {
    return ac_probe_malloc(misuse->env, misuse->size);
}

/* A freed block between live ones of its size. */
static void *allocate_freed(const struct misuse *misuse) {
    allocate(misuse);
    void *block = allocate(misuse);
    allocate(misuse);
    ac_probe_free(misuse->env, block);
    return block;
}

static void free_wrongly(const struct misuse *misuse, void *address) {
    start(misuse);
    misuse->env->allocator->free(misuse->env->heap, address);
}

static void double_free(const struct misuse *misuse) {
    free_wrongly(misuse, allocate_freed(misuse));
}

static void free_interior(const struct misuse *misuse) {
    free_wrongly(misuse, (char *)allocate(misuse) + 16);
}

static void free_misaligned(const struct misuse *misuse) {
    free_wrongly(misuse, (char *)allocate(misuse) + 1 + misuse->attempt * 2);
}

static void free_foreign(const struct misuse *misuse) {
    static char in_data[256] __attribute__((aligned(64)));
    char on_stack[256] __attribute__((aligned(64)));
    on_stack[0] = in_data[0];
    void *mapped = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *const addresses[AC_MISUSE_TRIES] = {on_stack + 64, in_data + 64, (char *)mapped + 4096};
    free_wrongly(misuse, addresses[misuse->attempt]);
}

static void free_wild(const struct misuse *misuse) {
    static const uintptr_t addresses[AC_MISUSE_TRIES] = {16, (uintptr_t)1 << 44,
                                                         (uintptr_t)INTPTR_MAX - 4095};
    free_wrongly(misuse, (void *)addresses[misuse->attempt]);
}

/* Not instrumented, because the byte may be poisoned. */
AC_NO_ASAN static void flip(volatile unsigned char *byte) {
    *byte = (unsigned char)(*byte ^ 0xFF);
}

static void overflow(const struct misuse *misuse) {
    struct ac_probe_env *env = misuse->env;
    char *block = allocate(misuse);
    size_t after = misuse->size;
    if (env->allocator->usable_size != NULL)
        after = env->allocator->usable_size(env->heap, block);
    start(misuse);
    flip((unsigned char *)block + after);
    free_wrongly(misuse, block);
}

static void write_freed(const struct misuse *misuse) {
    unsigned char *block = allocate_freed(misuse);
    start(misuse);
    flip(block);
    misuse->env->allocator->malloc(misuse->env->heap, misuse->size);
}

static void realloc_freed(const struct misuse *misuse) {
    void *block = allocate_freed(misuse);
    start(misuse);
    misuse->env->allocator->realloc(misuse->env->heap, block, misuse->size * 2);
}

static void usable_freed(const struct misuse *misuse) {
    void *block = allocate_freed(misuse);
    start(misuse);
    misuse->env->allocator->usable_size(misuse->env->heap, block);
}

static void wrong_size(const struct misuse *misuse) {
    void *block = allocate(misuse);
    start(misuse);
    misuse->env->allocator->free_sized(misuse->env->heap, block, misuse->size + 1);
}

static void wrong_alignment(const struct misuse *misuse) {
    struct ac_probe_env *env = misuse->env;
    char *block = env->allocator->aligned_alloc(env->heap, 64, 640);
    const size_t has = (uintptr_t)block & -(uintptr_t)block;
    start(misuse);
    env->allocator->free_aligned_sized(env->heap, block, has * 2, 640);
}

static void free_frame(const struct misuse *misuse) {
    struct ac_probe_env *env = misuse->env;
    env->allocator->frame_enter(env->heap);
    void *memory = env->allocator->frame_alloca(env->heap, 64);
    free_wrongly(misuse, memory);
}

static const struct {
    const char *name;
    void (*make)(const struct misuse *misuse);
} misuses[AC_MISUSE_COUNT] = {
    [AC_MISUSE_DOUBLE_FREE] = {"double_free", double_free},
    [AC_MISUSE_FREE_INTERIOR] = {"free_interior", free_interior},
    [AC_MISUSE_FREE_MISALIGNED] = {"free_misaligned", free_misaligned},
    [AC_MISUSE_FREE_FOREIGN] = {"free_foreign", free_foreign},
    [AC_MISUSE_FREE_WILD] = {"free_wild", free_wild},
    [AC_MISUSE_OVERFLOW] = {"overflow", overflow},
    [AC_MISUSE_WRITE_FREED] = {"write_freed", write_freed},
    [AC_MISUSE_REALLOC_FREED] = {"realloc_freed", realloc_freed},
    [AC_MISUSE_USABLE_FREED] = {"usable_freed", usable_freed},
    [AC_MISUSE_WRONG_SIZE] = {"wrong_size", wrong_size},
    [AC_MISUSE_WRONG_ALIGNMENT] = {"wrong_alignment", wrong_alignment},
    [AC_MISUSE_FREE_FRAME] = {"free_frame", free_frame},
};

const char *ac_misuse_name(enum ac_misuse misuse) {
    return misuses[misuse].name;
}

static bool is_possible(const struct ac_allocator *allocator, enum ac_misuse misuse) {
    switch (misuse) {
    case AC_MISUSE_REALLOC_FREED:
        return allocator->realloc != NULL;
    case AC_MISUSE_USABLE_FREED:
        return allocator->usable_size != NULL;
    case AC_MISUSE_WRONG_SIZE:
        return allocator->free_sized != NULL;
    case AC_MISUSE_WRONG_ALIGNMENT:
        return allocator->free_aligned_sized != NULL && allocator->aligned_alloc != NULL;
    case AC_MISUSE_FREE_FRAME:
        return allocator->frame_enter != NULL && allocator->frame_alloca != NULL;
    default:
        return true;
    }
}

void ac_probe_misuse(struct ac_probe_env *env, unsigned which) {
    const enum ac_misuse misuse = (enum ac_misuse)(which / AC_MISUSE_TRIES);
    const unsigned attempt = which % AC_MISUSE_TRIES;
    if (!is_possible(env->allocator, misuse))
        return;
    misuses[misuse].make(&(struct misuse){env, sizes[attempt], attempt});
    env->state->in_misuse = 0;
    env->progress->in_call = 0;
    env->measured->misuse[misuse].tried++;
}
