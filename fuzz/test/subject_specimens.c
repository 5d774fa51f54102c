// SPDX-License-Identifier: MIT
// The specimens and their twins by name, for engines that are put to the test on them.
#include "subject.h"

#include "specimen.h"

#include <stdio.h>
#include <string.h>

static const struct ac_allocator *twin_named(const char *name) {
    size_t count;
    const struct ac_allocator *const *all = ac_twins(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

static const struct ac_allocator *specimen_named(const char *name) {
    size_t count;
    const struct ac_specimen *all = ac_specimens(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return all[i].allocator;
        }
    }
    return NULL;
}

const struct ac_allocator *subject_load(const char *name, char *error, size_t capacity) {
    const struct ac_allocator *twin = twin_named(name);
    const struct ac_allocator *allocator = twin != NULL ? twin : specimen_named(name);
    if (allocator == NULL) {
        snprintf(error, capacity, "no specimen and no twin has this name");
    }
    return allocator;
}
