// SPDX-License-Identifier: MIT
#include "allocheck/borders.h"

#include "allocheck/profile.h"
#include "allocheck/source.h"

enum { LARGEST = 1 << 18 };

/* Where each size is a class of its own, the usable size is always the size asked for. */
static bool tells_nothing(const struct ac_borders *borders) {
    return borders->count == AC_MAX_BORDERS && borders->at[AC_MAX_BORDERS - 1] == AC_MAX_BORDERS;
}

void ac_learn_borders_on(const struct ac_allocator *allocator, void *heap,
                         struct ac_borders *borders) {
    size_t size = 1;
    borders->count = 0;
    while (size <= LARGEST && borders->count < AC_MAX_BORDERS) {
        void *block = allocator->malloc(heap, size);
        if (block == NULL) {
            return;
        }
        const size_t usable = allocator->usable_size(heap, block);
        allocator->free(heap, block);
        if (usable < size) {
            return; /* no border: a finding, for whoever runs programs */
        }
        borders->at[borders->count++] = usable;
        size = usable + 1;
    }
    if (tells_nothing(borders)) {
        borders->count = 0;
    }
}

static void learn_on(const struct ac_allocator *allocator, struct ac_source *source,
                     struct ac_borders *borders) {
    const struct ac_head head = ac_default_head();
    struct ac_page_source pages;
    if (!ac_source_open(source, &head, ac_source_kind_for(allocator), &pages)) {
        return;
    }
    const struct ac_open_options options = {.source = &pages};
    void *heap = allocator->open(&options);
    if (heap != NULL) {
        ac_learn_borders_on(allocator, heap, borders);
        allocator->close(heap);
    }
}

void ac_learn_borders(const struct ac_allocator *allocator, struct ac_borders *borders) {
    borders->count = 0;
    if (allocator->usable_size == NULL || allocator->profile->usable_exact) {
        return;
    }
    if (allocator->open == NULL) {
        ac_learn_borders_on(allocator, NULL, borders);
        return;
    }
    struct ac_source *source = ac_source_new();
    if (source != NULL) {
        learn_on(allocator, source, borders);
        ac_source_delete(source);
    }
}
