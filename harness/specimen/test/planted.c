// SPDX-License-Identifier: MIT
// The list of allocators of a tool for specimens: all of them, and the clean ones that they are
// made from.
#include "adapters.h"
#include "specimen.h"

#include <string.h>

enum { MOST = 256 };

static const struct ac_allocator *allocators[MOST];

static size_t add_twins(void) {
    size_t count;
    const struct ac_allocator *const *twins = ac_twins(&count);
    memcpy(allocators, twins, count * sizeof *allocators);
    return count;
}

const struct ac_allocator *const *ac_allocators(size_t *count) {
    size_t specimens, listed = add_twins();
    const struct ac_specimen *specimen = ac_specimens(&specimens);
    for (size_t i = 0; i < specimens && listed < MOST; i++) {
        allocators[listed++] = specimen[i].allocator;
    }
    *count = listed;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    size_t count, at = 0;
    const struct ac_allocator *const *listed = ac_allocators(&count);
    while (at < count && strcmp(listed[at]->name, name) != 0) {
        at++;
    }
    return at < count ? listed[at] : NULL;
}
