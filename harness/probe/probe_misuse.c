// SPDX-License-Identifier: MIT
// Probes of misuse: one misuse in a process of its own. It is caught where the call does not come
// back; what the heap does later is not asked.
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "probe.h"

#include "program/poison.h"

#include <sys/mman.h>

static const size_t sizes[AC_MISUSE_TRIES] = {24, 1000, 300000};

/* One misuse about to be made, with the size of its try. */
struct misuse {
    struct ac_bench *bench;
    size_t size;
    unsigned attempt;
};

/* Noted before the call: if it does not come back, it was caught. */
static void start(const struct misuse *misuse) {
    misuse->bench->probing->in_misuse = 1;
    misuse->bench->progress->calls++;
    misuse->bench->progress->in_call = 1;
}

static void *allocate(const struct misuse *misuse) {
    return ac_probe_malloc(misuse->bench, misuse->size);
}

/* A block that was freed, others of its size live around it. */
static void *allocate_freed(const struct misuse *misuse) {
    allocate(misuse);
    void *block = allocate(misuse);
    allocate(misuse);
    ac_probe_free(misuse->bench, block);
    return block;
}

static void free_wrongly(const struct misuse *misuse, void *address) {
    start(misuse);
    misuse->bench->allocator->free(misuse->bench->heap, address);
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

/* Not instrumented: the byte may be poisoned, and writing it is the point. */
AC_NO_ASAN static void flip(volatile unsigned char *byte) {
    *byte = (unsigned char)(*byte ^ 0xFF);
}

static void overflow(const struct misuse *misuse) {
    struct ac_bench *bench = misuse->bench;
    char *block = allocate(misuse);
    size_t after = misuse->size;
    if (bench->allocator->usable_size != NULL) {
        after = bench->allocator->usable_size(bench->heap, block);
    }
    start(misuse);
    flip((unsigned char *)block + after);
    free_wrongly(misuse, block);
}

static void write_freed(const struct misuse *misuse) {
    unsigned char *block = allocate_freed(misuse);
    start(misuse);
    flip(block);
    misuse->bench->allocator->malloc(misuse->bench->heap, misuse->size);
}

static void realloc_freed(const struct misuse *misuse) {
    void *block = allocate_freed(misuse);
    start(misuse);
    misuse->bench->allocator->realloc(misuse->bench->heap, block, misuse->size * 2);
}

static void usable_freed(const struct misuse *misuse) {
    void *block = allocate_freed(misuse);
    start(misuse);
    misuse->bench->allocator->usable_size(misuse->bench->heap, block);
}

static void wrong_size(const struct misuse *misuse) {
    void *block = allocate(misuse);
    start(misuse);
    misuse->bench->allocator->free_sized(misuse->bench->heap, block, misuse->size + 1);
}

static void wrong_alignment(const struct misuse *misuse) {
    struct ac_bench *bench = misuse->bench;
    char *block = bench->allocator->aligned_alloc(bench->heap, 64, 640);
    const size_t has = (uintptr_t)block & -(uintptr_t)block;
    start(misuse);
    bench->allocator->free_aligned_sized(bench->heap, block, has * 2, 640);
}

static void free_frame(const struct misuse *misuse) {
    struct ac_bench *bench = misuse->bench;
    bench->allocator->frame_enter(bench->heap);
    void *memory = bench->allocator->frame_alloca(bench->heap, 64);
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

static bool can_be_made(const struct ac_allocator *allocator, enum ac_misuse misuse) {
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

void ac_probe_misuse(struct ac_bench *bench, unsigned which) {
    const enum ac_misuse misuse = (enum ac_misuse)(which / AC_MISUSE_TRIES);
    const unsigned attempt = which % AC_MISUSE_TRIES;
    if (!can_be_made(bench->allocator, misuse)) {
        return;
    }
    misuses[misuse].make(&(struct misuse){bench, sizes[attempt], attempt});
    bench->probing->in_misuse = 0;
    bench->progress->in_call = 0;
    bench->measured->misuse[misuse].tried++;
}
