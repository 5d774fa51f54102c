// SPDX-License-Identifier: MIT
// The allocators of a tool that tests broken ones: `broken' (calloc returns dirty memory, a request
// of 501 bytes ends the process, one of 502 bytes has undefined behaviour), those of
// broken_sometimes.c, and all planted-bug allocators with their clean builds.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "broken.h"

#include "adapter/adapters.h"
#include "mapping.h"

#include "planted/planted.h"

#include "allocheck/profile.h"
#include "test/toy.h"

#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FATAL_SIZE = 501, SHIFTED_SIZE = 502, HOARDED = 1 << 20 };

/* --- broken --- */

/* Shifts by too many bits, which UndefinedBehaviorSanitizer reports. */
static size_t shifted(size_t size, unsigned bits) {
    return size << bits;
}

void *broken_malloc(void *heap, size_t size) {
    if (size == SHIFTED_SIZE) {
        volatile unsigned bits = 64;
        size += shifted(size, bits) % 2;
    }
    if (size == FATAL_SIZE) {
        fputs("the heap is broken, giving up\n", stderr);
        abort();
    }
    return toy_malloc(heap, size);
}

const struct ac_profile broken_profile = {
    .name = "broken",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator broken =
    TOY("broken", &broken_profile, broken_malloc, toy_free, .calloc = toy_dirty_calloc);

/* --- twice: two bugs --- */

static void *twice_malloc(void *heap, size_t size) {
    return size % 64 == 1 ? broken_malloc(heap, FATAL_SIZE) : toy_malloc(heap, size);
}

static void *twice_calloc(void *heap, size_t count, size_t size) {
    return size % 8 == 1 ? toy_dirty_calloc(heap, count, size) : toy_calloc(heap, count, size);
}

static const struct ac_allocator twice =
    TOY("twice", &broken_profile, twice_malloc, toy_free, .calloc = twice_calloc);

/* --- granting: calloc grants products that wrap, often, and is dirty, rarely --- */

static void *granting_calloc(void *heap, size_t count, size_t size) {
    size_t product;
    if (__builtin_mul_overflow(count, size, &product))
        return toy_malloc(heap, 16);
    return product % 512 == 257 ? toy_dirty_calloc(heap, count, size)
                                : toy_calloc(heap, count, size);
}

static const struct ac_allocator granting =
    TOY("granting", &broken_profile, toy_malloc, toy_free, .calloc = granting_calloc);

/* --- aftermath: calloc is dirty, and malloc of some sizes crashes from then on --- */

static bool aftermath_began;

static void *aftermath_malloc(void *heap, size_t size) {
    if (aftermath_began && size % 8 == 3)
        abort();
    return toy_malloc(heap, size);
}

static void *aftermath_calloc(void *heap, size_t count, size_t size) {
    void *block = toy_dirty_calloc(heap, count, size);
    aftermath_began |= block != NULL && count > 0 && size > 0;
    return block;
}

static const struct ac_allocator aftermath =
    TOY("aftermath", &broken_profile, aftermath_malloc, toy_free, .calloc = aftermath_calloc);

/* --- hoarder: touches all memory and frees none --- */

static void *hoarder_malloc(void *heap, size_t size) {
    void *block = toy_malloc(heap, size);
    return block != NULL && size <= HOARDED ? memset(block, 1, size) : block;
}

static const struct ac_allocator hoarder =
    TOY("hoarder", &broken_profile, hoarder_malloc, toy_leaks);

/* --- quitter: maps each block, and ends the process if it cannot --- */

enum { QUITTER_HEADER = 16 }; /* holds the size of the mapping */

static void *quitter_malloc(void *heap, size_t size) {
    const size_t whole = size + QUITTER_HEADER;
    (void)heap;
    if (size > PTRDIFF_MAX)
        return NULL;
    char *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    memcpy(memory, &whole, sizeof whole);
    return memory + QUITTER_HEADER;
}

static void quitter_free(void *heap, void *block) {
    size_t whole;
    (void)heap;
    if (block != NULL) {
        char *memory = (char *)block - QUITTER_HEADER;
        memcpy(&whole, memory, sizeof whole);
        munmap(memory, whole);
    }
}

static const struct ac_allocator quitter =
    TOY("quitter", &broken_profile, quitter_malloc, quitter_free);

/* --- either: two bugs that the same oracle finds at the same kind of op --- */

static bool either_freed; /* a block was freed */

static void either_free(void *heap, void *block) {
    either_freed |= block != NULL;
    toy_free(heap, block);
}

static void *either_calloc(void *heap, size_t count, size_t size) {
    bool small = size > 2 && size < 8;
    return size >= 64 || (small && either_freed) ? toy_dirty_calloc(heap, count, size)
                                                 : toy_calloc(heap, count, size);
}

static const struct ac_allocator either =
    TOY("either", &broken_profile, toy_malloc, either_free, .calloc = either_calloc);

/* --- brimful: fails if two blocks take most of the limit, if two of 0 bytes follow one that takes
 * nearly all of it, or at the second request of 777 bytes --- */

enum { BRIM_FIRST = 2500000, BRIM_SECOND = 1200000, BRIM_ALL = 4000000, BRIM_ONCE = 777 };

static size_t brim_largest, brim_empty,
    brim_seen; /* the largest size; requests of 0, of 777 bytes */

static void *brimful_malloc(void *heap, size_t size) {
    brim_empty = size > brim_largest ? 0 : brim_empty + (size == 0);
    brim_largest = size > brim_largest ? size : brim_largest;
    brim_seen += size == BRIM_ONCE;
    const bool fails = (brim_largest >= BRIM_ALL && brim_empty == 2) || brim_seen == 2;
    return broken_malloc(heap, fails ? FATAL_SIZE : size);
}

static void *brimful_calloc(void *heap, size_t count, size_t size) {
    const bool fails = size >= BRIM_SECOND && brim_largest >= BRIM_FIRST;
    return (fails ? toy_dirty_calloc : toy_calloc)(heap, count, size);
}

static const struct ac_allocator brimful =
    TOY("brimful", &broken_profile, brimful_malloc, toy_free, .calloc = brimful_calloc);

/* --- reopened: calloc is dirty if a large block was allocated in an earlier heap of the process,
 * and no calloc after it there: never in one program --- */

enum { REOPENED_SIZE = 1000 };

static unsigned reopened_heaps, reopened_armed; /* heaps so far; the one that had a large block */

static void *reopened_open(const struct ac_open_options *options) {
    (void)options;
    reopened_heaps++;
    return &reopened_heaps;
}

static void reopened_close(void *heap) {
    (void)heap;
}

static void *reopened_malloc(void *heap, size_t size) {
    if (size >= REOPENED_SIZE)
        reopened_armed = reopened_heaps;
    return toy_malloc(heap, size);
}

static void *reopened_calloc(void *heap, size_t count, size_t size) {
    if (reopened_armed == reopened_heaps)
        reopened_armed = 0;
    return (reopened_armed != 0 ? toy_dirty_calloc : toy_calloc)(heap, count, size);
}

static const struct ac_allocator reopened =
    TOY("reopened", &broken_profile, reopened_malloc, toy_free, .calloc = reopened_calloc,
        .open = reopened_open, .close = reopened_close);

/* --- the list --- */

static const struct ac_allocator *const allocators[] = {
    &broken,          &broken_tired, &broken_worn,     &broken_stuck, &broken_halting,
    &broken_thrice,   &twice,        &granting,        &broken_weary, &broken_rare,
    &broken_once,     &broken_flaky, &broken_fickle,   &aftermath,    &hoarder,
    &either,          &brimful,      &reopened,        &ac_mapping,   &ac_mapping_third,
    &ac_mapping_open, &quitter,      &ac_mapping_grows};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = sizeof allocators / sizeof *allocators;
    return allocators;
}

static const struct ac_allocator *clean_build_by_name(const char *name) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(clean_builds[i]->name, name) == 0)
            return clean_builds[i];
    return NULL;
}

static const struct ac_allocator *planted_by_name(const char *name) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(planted_bugs[i].name, name) == 0)
            return planted_bugs[i].allocator;
    return clean_build_by_name(name);
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++)
        if (strcmp(allocators[i]->name, name) == 0)
            return allocators[i];
    return planted_by_name(name);
}
