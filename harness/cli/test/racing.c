// SPDX-License-Identifier: MIT
// A list of allocators for race runs: slate, another correct one, and some with races.
#include "adapter/adapters.h"
#include "race/test/racy.h"

#include <string.h>

static const struct ac_allocator *const allocators[] = {
#ifdef ALLOCHECK_HAVE_SLATE
    &ac_slate,
#endif
    &racy_right, &racy_takes, &racy_hastes, &racy_marks, &racy_counts};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = sizeof allocators / sizeof *allocators;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++)
        if (strcmp(allocators[i]->name, name) == 0)
            return allocators[i];
    return NULL;
}
