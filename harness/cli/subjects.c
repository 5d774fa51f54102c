// SPDX-License-Identifier: MIT
#include "subjects.h"

#include "adapters.h"

#include <string.h>

static struct ac_subject named(struct argp_state *state, const char *name) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    if (allocator == NULL) {
        argp_error(state, "no allocator is called '%s'; `allocheck list allocators' lists them",
                   name);
    }
    return ac_subject_of(allocator);
}

void subjects_add(struct subjects *subjects, struct argp_state *state, const char *name) {
    const struct ac_subject subject = named(state, name);
    for (size_t i = 0; i < subjects->count; i++) {
        if (strcmp(subjects->of[i].name, subject.name) == 0) {
            argp_error(state,
                       "two allocators are called '%s': what is said of one could not be "
                       "told from what is said of the other",
                       subject.name);
        }
    }
    if (subjects->count == SUBJECTS) {
        argp_error(state, "more than %d allocators", SUBJECTS);
    }
    subjects->of[subjects->count++] = subject;
}
