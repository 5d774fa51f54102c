// SPDX-License-Identifier: MIT
// The list of allocators of a tool that tests one broken allocator: calloc lends dirty memory, and
// a request of 501 bytes ends the process.
#include "adapters.h"

#include "allocheck/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FATAL_SIZE = 501 };

static void *broken_malloc(void *heap, size_t size) {
    if (size == FATAL_SIZE) {
        fputs("the heap is broken, giving up\n", stderr);
        abort();
    }
    return ac_libc.malloc(heap, size);
}

static void *broken_calloc(void *heap, size_t count, size_t size) {
    void *block = ac_libc.calloc(heap, count, size);
    if (block != NULL && size > 0) {
        memset(block, 0x5A, 1);
    }
    return block;
}

static void broken_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

static const struct ac_profile profile = {
    .name = "broken",
    .malloc_zero = AC_ZERO_EITHER,
    .realloc_zero = AC_ZERO_EITHER,
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator broken = {
    .struct_size = sizeof broken,
    .name = "broken",
    .profile = &profile,
    .malloc = broken_malloc,
    .calloc = broken_calloc,
    .free = broken_free,
};

static const struct ac_allocator *const allocators[] = {&broken};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = 1;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    return strcmp(name, broken.name) == 0 ? &broken : NULL;
}
