// SPDX-License-Identifier: MIT
// The allocators of a tool for comparisons: `even` keeps its guarantees, and each of the others
// differs from it in exactly one way. If the profile allows that, the name ends in `-allowed`. The
// C library and slate are unchanged.
#include "adapter/adapters.h"

#include "allocheck/profile.h"
#include "test/toy.h"

#include <errno.h>
#include <string.h>

enum { LARGE = 100 * 1024 };

static void *refusing_malloc(void *heap, size_t size) {
    if (size == LARGE) {
        errno = ENOMEM;
        return NULL;
    }
    return toy_malloc(heap, size);
}

static void *impatient_malloc(void *heap, size_t size) {
    void *block = toy_malloc(heap, size);
    if (block == NULL)
        errno = EAGAIN;
    return block;
}

static void *forgetful_realloc(void *heap, void *block, size_t size) {
    unsigned char *moved = toy_realloc(heap, block, size);
    if (moved != NULL && block != NULL && size > 0)
        moved[0] ^= 1;
    return moved;
}

static void *nothing_malloc(void *heap, size_t size) {
    return size == 0 ? NULL : toy_malloc(heap, size);
}

#define GUARANTEES                                                                                 \
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)}, .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_FREES)},       \
    .held_when_empty = SIZE_MAX

enum { GUARANTEED = AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED };

static const struct ac_profile strict = {
    .name = "strict",
    GUARANTEES,
    .errno_guaranteed = {GUARANTEED, GUARANTEED, GUARANTEED},
};
static const struct ac_profile any_errno = {.name = "any errno", GUARANTEES};
static const struct ac_profile zero_is_null = {
    .name = "NULL for 0 bytes",
    .zero = {AC_ZERO_FRESH(AC_ZERO_NULL)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_FREES)},
    .held_when_empty = SIZE_MAX,
};

#define ALLOCATOR(called, by, malloc_by, realloc_by)                                               \
    TOY(called, &by, malloc_by, toy_free, .calloc = toy_calloc, .realloc = realloc_by)

static const struct ac_allocator all[] = {
    ALLOCATOR("even", strict, toy_malloc, toy_realloc),
    ALLOCATOR("also-even", strict, toy_malloc, toy_realloc),
    ALLOCATOR("no-100-kib", strict, refusing_malloc, toy_realloc),
    ALLOCATOR("errno-other", strict, impatient_malloc, toy_realloc),
    ALLOCATOR("errno-other-allowed", any_errno, impatient_malloc, toy_realloc),
    ALLOCATOR("content-lost", strict, toy_malloc, forgetful_realloc),
    ALLOCATOR("zero-null", strict, nothing_malloc, toy_realloc),
    ALLOCATOR("zero-null-allowed", zero_is_null, nothing_malloc, toy_realloc),
};

enum { OURS = sizeof all / sizeof *all, COUNT = OURS + 2 };

static const struct ac_allocator *pointers[COUNT];

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = 0;
    for (size_t i = 0; i < OURS; i++)
        pointers[(*count)++] = &all[i];
    pointers[(*count)++] = &ac_libc;
#ifdef ALLOCHECK_HAVE_SLATE
    pointers[(*count)++] = &ac_slate;
#endif
    return pointers;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    size_t count;
    const struct ac_allocator *const *list = ac_allocators(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    return strcmp(name, "libc") == 0 ? &ac_libc : NULL;
}
