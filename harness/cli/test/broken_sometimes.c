// SPDX-License-Identifier: MIT
// Allocators that fail only sometimes: after many calls, at few sizes, or in some processes of a
// folder.
#define _GNU_SOURCE /* open, O_CLOEXEC */
#include "broken.h"

#include "test/toy.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FATAL_SIZE = 501,
    TIRED_AFTER = 100,
    WORN_AFTER = 3000,
    HALTING_SIZE = 4096,
    ONCE_AFTER = 100,
    WEARY_AFTER = 90
};

/* --- tired: fails after many calls of one process, more than one program makes --- */

static void *tired_calloc(void *heap, size_t count, size_t size) {
    static unsigned calls;
    return ++calls > TIRED_AFTER ? toy_dirty_calloc(heap, count, size)
                                 : toy_calloc(heap, count, size);
}

const struct ac_allocator broken_tired =
    TOY("tired", &broken_profile, toy_malloc, toy_free, .calloc = tired_calloc);

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

const struct ac_allocator broken_worn =
    TOY("worn", &broken_profile, worn_malloc, toy_free, .calloc = worn_calloc);

static void *stuck_calloc(void *heap, size_t count, size_t size) {
    return worn_blocks > WORN_AFTER ? toy_fails(heap, TOY_SPINS) : toy_calloc(heap, count, size);
}

const struct ac_allocator broken_stuck =
    TOY("stuck", &broken_profile, worn_malloc, toy_free, .calloc = stuck_calloc);

/* A hang that needs one large request. */
static void *halting_malloc(void *heap, size_t size) {
    return toy_fails(heap, size == HALTING_SIZE ? TOY_SPINS : size);
}

const struct ac_allocator broken_halting =
    TOY("halting", &broken_profile, halting_malloc, toy_free);

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

const struct ac_allocator broken_weary =
    TOY("weary", &broken_profile, weary_malloc, toy_free, .calloc = weary_calloc);

/* --- rare: ends the process at sizes that few programs request --- */

static void *rare_malloc(void *heap, size_t size) {
    return size > 512 && size % 8192 == 77 ? broken_malloc(heap, FATAL_SIZE)
                                           : toy_malloc(heap, size);
}

const struct ac_allocator broken_rare = TOY("rare", &broken_profile, rare_malloc, toy_free);

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

const struct ac_allocator broken_once =
    TOY("once", &broken_profile, toy_malloc, toy_free, .calloc = once_calloc);

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

const struct ac_allocator broken_flaky =
    TOY("flaky", &broken_profile, toy_malloc, toy_free, .calloc = flaky_calloc);

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

const struct ac_allocator broken_thrice =
    TOY("thrice", &broken_profile, toy_malloc, toy_free, .calloc = thrice_calloc);

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

const struct ac_allocator broken_fickle =
    TOY("fickle", &broken_profile, fickle_malloc, toy_free, .realloc = fickle_realloc);
