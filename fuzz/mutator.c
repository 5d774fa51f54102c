// SPDX-License-Identifier: MIT
#include "mutator.h"

#include <stdlib.h>

enum { FRESH_ONE_IN = 4, FRESH_OPS = 32 };

static void read_boundaries(struct ac_boundaries *boundaries, const char *text) {
    while (text != NULL && *text >= '0' && *text <= '9' && boundaries->count < AC_MAX_BOUNDARIES) {
        char *end;
        boundaries->at[boundaries->count++] = strtoull(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
}

/* The fuzz target refuses names that are unknown. */
static void read_without(struct ac_without *without, const char *names) {
    if (names != NULL && names[0] != '\0')
        ac_without_add_names(without, names);
}

const struct ac_generate_options *mutator_options(void) {
    static struct ac_boundaries boundaries;
    static struct ac_generate_options options = {
        .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BOTH | AC_SOURCE_BUFFER,
        .groups = (1u << AC_GROUPS) - 1,
        .max_ops = MUTATOR_MAX_OPS,
    };
    if (options.boundaries == NULL) {
        const char *groups = getenv("ALLOCHECK_GROUPS");
        if (groups != NULL && strtoul(groups, NULL, 10) != 0)
            options.groups &= (uint16_t)strtoul(groups, NULL, 10);
        read_boundaries(&boundaries, getenv("ALLOCHECK_BOUNDARIES"));
        read_without(&options.without, getenv("ALLOCHECK_WITHOUT"));
        options.boundaries = &boundaries;
    }
    return &options;
}

bool mutator_change(struct ac_program *program, uint64_t seed) {
    struct ac_random random = {seed};
    if (ac_random_below(&random, FRESH_ONE_IN) != 0)
        return ac_mutate(program, ac_random_next(&random), mutator_options(), MUTATOR_MAX_OPS);
    struct ac_generate_options fresh = *mutator_options();
    fresh.max_ops = FRESH_OPS;
    return ac_generate(program, ac_random_next(&random), &fresh);
}

static const struct ac_known *what_is_known(void) {
    static const struct ac_known *known;
    static bool looked;
    const char *path = getenv("ALLOCHECK_KNOWN");
    if (!looked && path != NULL && path[0] != '\0')
        known = ac_known_open(path);
    looked = true;
    return known;
}

size_t mutator_encode(struct ac_program *program, uint8_t *bytes, size_t capacity) {
    const struct ac_known *known = what_is_known();
    struct ac_without without = mutator_options()->without;
    if (known != NULL) {
        const struct ac_without leads = ac_known_leads(known);
        ac_without_join(&without, &leads);
    }
    ac_leave_out(program, &without);
    return ac_encode_fitting(program, bytes, capacity);
}
