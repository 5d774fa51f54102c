// SPDX-License-Identifier: MIT
// The allocators of the tool allocheck_planted: all planted-bug allocators and clean builds.
#include "adapter/adapters.h"
#include "planted/planted.h"

#include <string.h>

enum { MOST = 256 };

static const struct ac_allocator *allocators[MOST];

static size_t add_clean_builds(void) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    memcpy(allocators, clean_builds, count * sizeof *allocators);
    return count;
}

const struct ac_allocator *const *ac_allocators(size_t *count) {
    size_t planted_bugs, listed = add_clean_builds();
    const struct ac_planted_bug *planted = ac_planted_bugs(&planted_bugs);
    for (size_t i = 0; i < planted_bugs && listed < MOST; i++)
        allocators[listed++] = planted[i].allocator;
    *count = listed;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    size_t count, at = 0;
    const struct ac_allocator *const *listed = ac_allocators(&count);
    while (at < count && strcmp(listed[at]->name, name) != 0)
        at++;
    return at < count ? listed[at] : NULL;
}
