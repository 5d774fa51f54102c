// SPDX-License-Identifier: MIT
#include "targets.h"

#include "target_options.h"

#include <string.h>

void targets_add(struct targets *targets, struct argp_state *state, const char *name) {
    const struct ac_target target = target_named(state, name);
    for (size_t i = 0; i < targets->count; i++) {
        if (strcmp(targets->of[i].name, target.name) == 0) {
            argp_error(state, "two allocators are named '%s', so results could not be told apart",
                       target.name);
        }
    }
    if (targets->count == MOST_TARGETS) {
        argp_error(state, "more than %d allocators", MOST_TARGETS);
    }
    targets->of[targets->count++] = target;
}
