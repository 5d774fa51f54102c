// SPDX-License-Identifier: MIT
// Libraries that export one struct ac_allocator and no libc function; FAULT selects a mistake.
#include "arena.h"

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

#include <stdlib.h>

enum { NO_FAULT, OTHER_VERSION, WITHOUT_FREE, WITHOUT_OPEN, WITHOUT_NAME };

static void *open_heap(const struct ac_open_options *options) {
    return options != NULL ? arena : NULL;
}

static void close_heap(void *heap) {
    if (heap != arena)
        abort(); /* a heap that open did not return */
}

static void *heap_malloc(void *heap, size_t size) {
    return heap == arena ? arena_allocate(size) : NULL;
}

static void heap_free(void *heap, void *block) {
    if (heap == arena)
        arena_free(block);
}

/* The misuse text identifies the profile of this library. */
static const struct ac_profile profile = {
    .name = "exporting",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
    .misuse = {[AC_MISUSE_DOUBLE_FREE] = "exporting: double free"},
};

extern const struct ac_allocator ac_allocator;
const struct ac_allocator ac_allocator = {
    .struct_size = FAULT == OTHER_VERSION ? 24 : sizeof ac_allocator,
    .name = FAULT == WITHOUT_NAME ? NULL : "exporting",
    .profile = &profile,
    .open = FAULT == WITHOUT_OPEN ? NULL : open_heap,
    .close = close_heap,
    .malloc = heap_malloc,
    .free = FAULT == WITHOUT_FREE ? NULL : heap_free,
};
