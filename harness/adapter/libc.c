// SPDX-License-Identifier: MIT
// The C library's malloc as an allocator under test.
#define _GNU_SOURCE /* reallocarray, memalign, malloc_usable_size */
#include "adapters.h"
#include "libc_profile.h"

#include <malloc.h>
#include <stdlib.h>

/* Volatile, because a compiler that knows malloc and free would drop calls with unused results, and
 * warn about sizes that are absurd on purpose. */
static void *(*volatile call_malloc)(size_t) = malloc;
static void *(*volatile call_calloc)(size_t, size_t) = calloc;
static void *(*volatile call_realloc)(void *, size_t) = realloc;
static void *(*volatile call_reallocarray)(void *, size_t, size_t) = reallocarray;
static void (*volatile call_free)(void *) = free;
static void *(*volatile call_aligned_alloc)(size_t, size_t) = aligned_alloc;
static int (*volatile call_posix_memalign)(void **, size_t, size_t) = posix_memalign;
static void *(*volatile call_memalign)(size_t, size_t) = memalign;
static size_t (*volatile call_usable_size)(void *) = malloc_usable_size;
static int (*volatile call_trim)(size_t) = malloc_trim;

static void *libc_malloc(void *heap, size_t size) {
    (void)heap;
    return call_malloc(size);
}

static void *libc_calloc(void *heap, size_t count, size_t size) {
    (void)heap;
    return call_calloc(count, size);
}

static void *libc_realloc(void *heap, void *block, size_t size) {
    (void)heap;
    return call_realloc(block, size);
}

static void *libc_reallocarray(void *heap, void *block, size_t count, size_t size) {
    (void)heap;
    return call_reallocarray(block, count, size);
}

static void libc_free(void *heap, void *block) {
    (void)heap;
    call_free(block);
}

static void *libc_aligned_alloc(void *heap, size_t alignment, size_t size) {
    (void)heap;
    return call_aligned_alloc(alignment, size);
}

static int libc_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    (void)heap;
    return call_posix_memalign(out, alignment, size);
}

static void *libc_memalign(void *heap, size_t alignment, size_t size) {
    (void)heap;
    return call_memalign(alignment, size);
}

static size_t libc_usable_size(void *heap, void *block) {
    (void)heap;
    return call_usable_size(block);
}

static void libc_trim(void *heap) {
    (void)heap;
    call_trim(0);
}

const struct ac_allocator ac_libc = {
    .struct_size = sizeof ac_libc,
    .name = LIBC_NAME,
    .profile = &ac_libc_profile,
    .malloc = libc_malloc,
    .calloc = libc_calloc,
    .realloc = libc_realloc,
    .reallocarray = libc_reallocarray,
    .free = libc_free,
    .aligned_alloc = libc_aligned_alloc,
    .posix_memalign = libc_posix_memalign,
    .memalign = libc_memalign,
    .usable_size = libc_usable_size,
    .trim = libc_trim,
};
