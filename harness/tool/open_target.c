// SPDX-License-Identifier: MIT
#include "open_target.h"

#include "measuring.h"
#include "profile_file.h"
#include "tool.h"

#include "adapter/library.h"

#include "allocheck/deviation.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct ac_target target_open(const char *name) {
    char error[AC_LIBRARY_ERROR];
    struct ac_target target;
    if (ac_is_library_path(name))
        ac_library_reserve_tls();
    if (!ac_target_open(&target, name, error, sizeof error)) {
        tool_error("%s", error);
        exit(ac_is_library_path(name) ? STATUS_NOT_LOADED : STATUS_ERROR);
    }
    return target;
}

/* --- profiles --- */

/* Targets point into it, so it is never freed; the list shows leak checkers that it is in use. */
static void *keep(size_t size) {
    static struct kept {
        struct kept *next;
        max_align_t bytes[];
    } * all;
    struct kept *kept = calloc(1, sizeof *kept + size);
    if (kept == NULL)
        exit(tool_out_of_memory());
    kept->next = all;
    all = kept;
    return kept->bytes;
}

static bool declares_profile(const struct ac_target *target) {
    return target->library == NULL ||
           strcmp(target->allocator->profile->name, ac_standard_profile.name) != 0;
}

/* What could not be measured is not demanded: a trait that is unknown keeps the most lenient
 * reading. */
static bool measure(const struct ac_target *target, uint64_t most_ms,
                    struct ac_measurement *measured, char *trouble, size_t capacity) {
    struct ac_measure_progress progress;
    const struct ac_measure_options options =
        measuring_begin(&progress, AC_MEASURE_TO_CHECK, most_ms);
    const bool done = ac_measure(target, &options, measured, trouble, capacity);
    measuring_end();
    return done;
}

const struct target_measured *target_measure(struct ac_target *target, uint64_t most_ms) {
    char trouble[AC_LIBRARY_ERROR];
    if (declares_profile(target))
        return NULL;
    struct target_measured *made = keep(sizeof *made);
    if (!measure(target, most_ms, &made->measured, trouble, sizeof trouble))
        exit(tool_error("%s: cannot measure: %s", ac_target_argument(target), trouble));
    ac_measurement_profile(&made->measured, target->name, true, &made->profile);
    ac_measurement_strict_profile(&made->measured, target->name, &made->strict);
    target->profile = &made->profile.profile;
    return made;
}

void target_read_profile(struct ac_target *target, const char *path) {
    struct ac_profile_copy *profile = keep(sizeof *profile);
    if (!profile_read(path, profile))
        exit(STATUS_ERROR);
    target->profile = &profile->profile;
}

/* --- several --- */

void targets_add(struct targets *targets, const struct argp_state *state, const char *name) {
    struct ac_target target = target_open(name);
    target_measure(&target, 0);
    for (size_t i = 0; i < targets->count; i++)
        if (strcmp(targets->of[i].name, target.name) == 0)
            argp_error(state, "two allocators are named '%s'", target.name);
    if (targets->count == MOST_TARGETS)
        argp_error(state, "too many allocators: at most %d", MOST_TARGETS);
    targets->of[targets->count++] = target;
}
