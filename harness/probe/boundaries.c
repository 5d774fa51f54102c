// SPDX-License-Identifier: MIT
// Finds the size-class boundaries of an allocator from its usable sizes.
#include "allocheck/boundaries.h"

#include "allocheck/profile.h"
#include "allocheck/source.h"

enum { LARGEST = 1 << 18 };

/* If each size is its own class, the usable size is simply the requested one. */
static bool is_every_size(const struct ac_boundaries *boundaries) {
    return boundaries->count == AC_MAX_BOUNDARIES &&
           boundaries->at[AC_MAX_BOUNDARIES - 1] == AC_MAX_BOUNDARIES;
}

void ac_learn_boundaries_on(const struct ac_allocator *allocator, void *heap,
                            struct ac_boundaries *boundaries) {
    size_t size = 1;
    boundaries->count = 0;
    while (size <= LARGEST && boundaries->count < AC_MAX_BOUNDARIES) {
        void *block = allocator->malloc(heap, size);
        if (block == NULL)
            return;
        const size_t usable = allocator->usable_size(heap, block);
        allocator->free(heap, block);
        if (usable < size)
            return; /* a bug, which programs find: no boundary */
        boundaries->at[boundaries->count++] = usable;
        size = usable + 1;
    }
    if (is_every_size(boundaries))
        boundaries->count = 0;
}

static void learn_on(const struct ac_allocator *allocator, struct ac_source *source,
                     struct ac_boundaries *boundaries) {
    const struct ac_head head = ac_default_head();
    struct ac_page_source pages;
    if (!ac_source_open(source, &head, ac_source_kind_for(allocator), &pages))
        return;
    const struct ac_open_options options = {.source = &pages};
    void *heap = allocator->open(&options);
    if (heap != NULL) {
        ac_learn_boundaries_on(allocator, heap, boundaries);
        allocator->close(heap);
    }
}

void ac_learn_boundaries(const struct ac_allocator *allocator, struct ac_boundaries *boundaries) {
    boundaries->count = 0;
    if (allocator->usable_size == NULL || allocator->profile->usable_exact)
        return;
    if (allocator->open == NULL) {
        ac_learn_boundaries_on(allocator, NULL, boundaries);
        return;
    }
    struct ac_source *source = ac_source_new();
    if (source != NULL) {
        learn_on(allocator, source, boundaries);
        ac_source_delete(source);
    }
}
