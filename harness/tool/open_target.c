// SPDX-License-Identifier: MIT
#include "open_target.h"

#include "measuring.h"
#include "profile_file.h"
#include "tool.h"

#include "adapter/library.h"

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

/* Targets point into the list, which is never freed. */
struct kept_profile {
    struct kept_profile *next;
    struct ac_profile_copy profile;
};
static struct kept_profile *kept_profiles;

static struct ac_profile_copy *new_profile(void) {
    struct kept_profile *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        exit(tool_out_of_memory());
    kept->next = kept_profiles;
    kept_profiles = kept;
    return &kept->profile;
}

static bool declares_profile(const struct ac_target *target) {
    return target->library == NULL ||
           strcmp(target->allocator->profile->name, ac_standard_profile.name) != 0;
}

/* What could not be measured is not demanded: a trait that is unknown keeps the most lenient
 * reading. */
static bool measure(const struct ac_target *target, uint64_t most_ms,
                    struct ac_profile_copy *profile, char *trouble, size_t capacity) {
    struct ac_measure_progress progress;
    const struct ac_measure_options options =
        measuring_begin(&progress, AC_MEASURE_TO_CHECK, most_ms);
    const bool done = ac_measure_profile(target, &options, profile, trouble, capacity);
    measuring_end();
    return done;
}

void target_measure(struct ac_target *target, uint64_t most_ms) {
    char trouble[AC_LIBRARY_ERROR];
    if (declares_profile(target))
        return;
    struct ac_profile_copy *profile = new_profile();
    if (!measure(target, most_ms, profile, trouble, sizeof trouble))
        exit(tool_error("%s: cannot measure: %s", ac_target_argument(target), trouble));
    target->profile = &profile->profile;
}

void target_read_profile(struct ac_target *target, const char *path) {
    struct ac_profile_copy *profile = new_profile();
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
