// SPDX-License-Identifier: MIT
// The allocators of a tool that tests broken ones: `broken' (calloc returns dirty memory, a request
// of 501 bytes ends the process, one of 502 bytes has undefined behaviour), allocators that fail
// only sometimes, and all planted-bug allocators with their clean builds.
#define _GNU_SOURCE /* open, O_CLOEXEC */
#include "adapter/adapters.h"
#include "mapping.h"

#include "planted/planted.h"

#include "allocheck/profile.h"
#include "test/toy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    FATAL_SIZE = 501,
    SHIFTED_SIZE = 502,
    TIRED_AFTER = 100,
    WORN_AFTER = 3000,
    HALTING_SIZE = 4096,
    HOARDED = 1 << 20,
    ONCE_AFTER = 100,
    WEARY_AFTER = 90
};

/* --- broken --- */

/* Shifts by too many bits, which UndefinedBehaviorSanitizer reports. */
static size_t shifted(size_t size, unsigned bits) {
    return size << bits;
}

static void *broken_malloc(void *heap, size_t size) {
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

static const struct ac_profile profile = {
    .name = "broken",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator broken =
    TOY("broken", &profile, broken_malloc, toy_free, .calloc = toy_dirty_calloc);

/* --- tired: fails after many calls of one process, more than one program makes --- */

static void *tired_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    return ++calls > TIRED_AFTER ? toy_dirty_calloc(heap, count, size)
                                 : toy_calloc(heap, count, size);
}

static const struct ac_allocator tired =
    TOY("tired", &profile, toy_malloc, toy_free, .calloc = tired_calloc);

/* --- worn, stuck: after thousands of allocations in one process, a call fails or never ends --- */

static unsigned worn_blocks;

static void *worn_malloc(void *heap, size_t size) {
    worn_blocks++;
    return toy_malloc(heap, size);
}

static void *worn_calloc(void *heap, size_t count, size_t size) {
    return worn_blocks > WORN_AFTER ? toy_dirty_calloc(heap, count, size)
                                    : toy_calloc(heap, count, size);
}

static const struct ac_allocator worn =
    TOY("worn", &profile, worn_malloc, toy_free, .calloc = worn_calloc);

static void *stuck_calloc(void *heap, size_t count, size_t size) {
    return worn_blocks > WORN_AFTER ? toy_fails(heap, TOY_SPINS) : toy_calloc(heap, count, size);
}

static const struct ac_allocator stuck =
    TOY("stuck", &profile, worn_malloc, toy_free, .calloc = stuck_calloc);

/* A hang that needs one large request. */
static void *halting_malloc(void *heap, size_t size) {
    return toy_fails(heap, size == HALTING_SIZE ? TOY_SPINS : size);
}

static const struct ac_allocator halting = TOY("halting", &profile, halting_malloc, toy_free);

/* --- twice: two bugs --- */

static void *twice_malloc(void *heap, size_t size) {
    return size % 64 == 1 ? broken_malloc(heap, FATAL_SIZE) : toy_malloc(heap, size);
}

static void *twice_calloc(void *heap, size_t count, size_t size) {
    return size % 8 == 1 ? toy_dirty_calloc(heap, count, size) : toy_calloc(heap, count, size);
}

static const struct ac_allocator twice =
    TOY("twice", &profile, twice_malloc, toy_free, .calloc = twice_calloc);

/* --- granting: calloc grants products that wrap, often, and is dirty, rarely --- */

static void *granting_calloc(void *heap, size_t count, size_t size) {
    size_t product;
    if (__builtin_mul_overflow(count, size, &product))
        return toy_malloc(heap, 16);
    return product % 512 == 257 ? toy_dirty_calloc(heap, count, size)
                                : toy_calloc(heap, count, size);
}

static const struct ac_allocator granting =
    TOY("granting", &profile, toy_malloc, toy_free, .calloc = granting_calloc);

/* --- weary: fails after requests of many different sizes, more than one program makes --- */

static unsigned weary_sizes; /* different ones, modulo 4096 */

static void *weary_malloc(void *heap, size_t size) {
    static bool seen[4096];
    weary_sizes += !seen[size % 4096];
    seen[size % 4096] = true;
    return toy_malloc(heap, size);
}

static void *weary_calloc(void *heap, size_t count, size_t size) {
    return weary_sizes > WEARY_AFTER ? toy_dirty_calloc(heap, count, size)
                                     : toy_calloc(heap, count, size);
}

static const struct ac_allocator weary =
    TOY("weary", &profile, weary_malloc, toy_free, .calloc = weary_calloc);

/* --- rare: ends the process at sizes that few programs request --- */

static void *rare_malloc(void *heap, size_t size) {
    return size > 512 && size % 8192 == 77 ? broken_malloc(heap, FATAL_SIZE)
                                           : toy_malloc(heap, size);
}

static const struct ac_allocator rare = TOY("rare", &profile, rare_malloc, toy_free);

/* --- once: fails once in a folder, and leaves a file there --- */

static void *once_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    int file = -1;
    if (++calls == ONCE_AFTER)
        file = open("it-broke", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0)
        return toy_calloc(heap, count, size);
    close(file);
    return toy_dirty_calloc(heap, count, size);
}

static const struct ac_allocator once =
    TOY("once", &profile, toy_malloc, toy_free, .calloc = once_calloc);

/* --- flaky: fails in two of three processes in a folder --- */

/* How many processes in this folder have called this, the caller included. */
static long runs_here(void) {
    const int file = open("runs", O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666);
    const bool written = file >= 0 && write(file, ".", 1) == 1;
    const off_t runs = written ? lseek(file, 0, SEEK_END) : 0;
    if (file >= 0)
        close(file);
    return (long)runs;
}

static bool fails_here(void) {
    return runs_here() % 3 != 0;
}

static void *flaky_calloc(void *heap, size_t count, size_t size) {
    static int bad = -1;
    bad = bad < 0 ? fails_here() : bad;
    return bad ? toy_dirty_calloc(heap, count, size) : toy_calloc(heap, count, size);
}

static const struct ac_allocator flaky =
    TOY("flaky", &profile, toy_malloc, toy_free, .calloc = flaky_calloc);

/* --- thrice: after many calls, fails in the first process of a folder that comes so far, in the
 * fourth, the seventh ...: not where the engine's programs are joined, but where they run again ---
 */

static void *thrice_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    static bool bad;
    if (++calls == ONCE_AFTER)
        bad = runs_here() % 3 == 1;
    return bad ? toy_dirty_calloc(heap, count, size) : toy_calloc(heap, count, size);
}

static const struct ac_allocator thrice =
    TOY("thrice", &profile, toy_malloc, toy_free, .calloc = thrice_calloc);

/* --- fickle: grants impossible requests, but realloc of `max' only in the first process of a
 * folder
 * --- */

static void *fickle_malloc(void *heap, size_t size) {
    return toy_malloc(heap, size > PTRDIFF_MAX ? 16 : size);
}

static void *fickle_realloc(void *heap, void *block, size_t size) {
    if (size > PTRDIFF_MAX && (size < SIZE_MAX || runs_here() == 1))
        return toy_malloc(heap, 16);
    return toy_realloc(heap, block, size);
}

static const struct ac_allocator fickle =
    TOY("fickle", &profile, fickle_malloc, toy_free, .realloc = fickle_realloc);

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
    TOY("aftermath", &profile, aftermath_malloc, toy_free, .calloc = aftermath_calloc);

/* --- hoarder: touches all memory and frees none --- */

static void *hoarder_malloc(void *heap, size_t size) {
    void *block = toy_malloc(heap, size);
    return block != NULL && size <= HOARDED ? memset(block, 1, size) : block;
}

static const struct ac_allocator hoarder = TOY("hoarder", &profile, hoarder_malloc, toy_leaks);

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

static const struct ac_allocator quitter = TOY("quitter", &profile, quitter_malloc, quitter_free);

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
    TOY("either", &profile, toy_malloc, either_free, .calloc = either_calloc);

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
    TOY("brimful", &profile, brimful_malloc, toy_free, .calloc = brimful_calloc);

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
    TOY("reopened", &profile, reopened_malloc, toy_free, .calloc = reopened_calloc,
        .open = reopened_open, .close = reopened_close);

/* --- the list --- */

static const struct ac_allocator *const allocators[] = {&broken,
                                                        &tired,
                                                        &worn,
                                                        &stuck,
                                                        &halting,
                                                        &thrice,
                                                        &twice,
                                                        &granting,
                                                        &weary,
                                                        &rare,
                                                        &once,
                                                        &flaky,
                                                        &fickle,
                                                        &aftermath,
                                                        &hoarder,
                                                        &either,
                                                        &brimful,
                                                        &reopened,
                                                        &ac_mapping,
                                                        &ac_mapping_third,
                                                        &ac_mapping_open,
                                                        &quitter,
                                                        &ac_mapping_grows};

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
