// SPDX-License-Identifier: MIT
#include "subjects.h"

#include "trial.h"

#include <string.h>

void subjects_add(struct subjects *subjects, struct argp_state *state, const char *name) {
    const struct ac_subject subject = trial_subject(state, name);
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
