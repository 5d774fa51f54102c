// SPDX-License-Identifier: MIT
// A list of allocators to compare: `even`, and others that differ from it in exactly one answer.
// Names of those that are allowed to differ end in `-allowed`. The C library and slate are
// unchanged.
#include "adapter/adapters.h"

#include "allocheck/profile.h"

#include <errno.h>
#include <string.h>

enum { LARGE = 100 * 1024 };

static void *even_malloc(void *heap, size_t size) {
    return ac_libc.malloc(heap, size);
}

static void *even_calloc(void *heap, size_t count, size_t size) {
    return ac_libc.calloc(heap, count, size);
}

static void *even_realloc(void *heap, void *block, size_t size) {
    return ac_libc.realloc(heap, block, size);
}

static void even_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

static void *refusing_malloc(void *heap, size_t size) {
    if (size == LARGE) {
        errno = ENOMEM;
        return NULL;
    }
    return ac_libc.malloc(heap, size);
}

static void *impatient_malloc(void *heap, size_t size) {
    void *block = ac_libc.malloc(heap, size);
    if (block == NULL) {
        errno = EAGAIN;
    }
    return block;
}

static void *forgetful_realloc(void *heap, void *block, size_t size) {
    unsigned char *moved = ac_libc.realloc(heap, block, size);
    if (moved != NULL && block != NULL && size > 0) {
        moved[0] ^= 1;
    }
    return moved;
}

static void *nothing_malloc(void *heap, size_t size) {
    return size == 0 ? NULL : ac_libc.malloc(heap, size);
}

#define GUARANTEES                                                                                 \
    .malloc_zero = AC_ZERO_BLOCK, .realloc_zero = AC_ZERO_FREES, .held_when_empty = SIZE_MAX

enum { GUARANTEED = AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED };

static const struct ac_profile strict = {
    .name = "strict",
    GUARANTEES,
    .errno_guaranteed = {GUARANTEED, GUARANTEED, GUARANTEED},
};
static const struct ac_profile any_errno = {.name = "any errno", GUARANTEES};
static const struct ac_profile zero_is_null = {
    .name = "NULL for 0 bytes",
    .malloc_zero = AC_ZERO_NULL,
    .realloc_zero = AC_ZERO_FREES,
    .held_when_empty = SIZE_MAX,
};

#define ALLOCATOR(called, by, malloc_by, realloc_by)                                               \
    {                                                                                              \
        .struct_size = sizeof(struct ac_allocator), .name = (called), .profile = &(by),            \
        .malloc = (malloc_by), .calloc = even_calloc, .realloc = (realloc_by), .free = even_free   \
    }

static const struct ac_allocator all[] = {
    ALLOCATOR("even", strict, even_malloc, even_realloc),
    ALLOCATOR("also-even", strict, even_malloc, even_realloc),
    ALLOCATOR("no-100-kib", strict, refusing_malloc, even_realloc),
    ALLOCATOR("errno-other", strict, impatient_malloc, even_realloc),
    ALLOCATOR("errno-other-allowed", any_errno, impatient_malloc, even_realloc),
    ALLOCATOR("content-lost", strict, even_malloc, forgetful_realloc),
    ALLOCATOR("zero-null", strict, nothing_malloc, even_realloc),
    ALLOCATOR("zero-null-allowed", zero_is_null, nothing_malloc, even_realloc),
};

enum { OURS = sizeof all / sizeof *all, COUNT = OURS + 2 };

static const struct ac_allocator *pointers[COUNT];

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = 0;
    for (size_t i = 0; i < OURS; i++) {
        pointers[(*count)++] = &all[i];
    }
    pointers[(*count)++] = &ac_libc;
#ifdef ALLOCHECK_HAVE_SLATE
    pointers[(*count)++] = &ac_slate;
#endif
    return pointers;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    size_t count;
    const struct ac_allocator *const *list = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i]->name, name) == 0) {
            return list[i];
        }
    }
    return strcmp(name, "libc") == 0 ? &ac_libc : NULL;
}
