// SPDX-License-Identifier: MIT
// What the generator must know of the target. Boundaries are measured in child processes, because
// an allocator may crash or hang.
#include "campaign.h"

#include "tool/interrupt.h"

#include "allocheck/measure.h"

enum { MAX_OPS = 192 }; /* of these, 64 threads that start and end need most */

/* --- groups of ops that the target offers --- */

static bool offers_sized(const struct ac_allocator *allocator) {
    return allocator->free_sized != NULL || allocator->free_aligned_sized != NULL;
}

static bool offers_aligned(const struct ac_allocator *allocator) {
    return allocator->aligned_alloc != NULL || allocator->posix_memalign != NULL ||
           allocator->memalign != NULL;
}

static bool offers_realloc(const struct ac_allocator *allocator) {
    return allocator->realloc != NULL || allocator->reallocarray != NULL;
}

static bool offers_source(const struct ac_target *target) {
    return target->allocator->sources != 0 || target->allocator->trim != NULL || target->trapped;
}

static bool guarantees_misuse(const struct ac_profile *profile) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        if (profile->misuse[i] != NULL)
            return true;
    return false;
}

static uint16_t groups_of(const struct ac_target *target) {
    const struct ac_allocator *allocator = target->allocator;
    unsigned groups = 1u << AC_GROUP_BASIC | 1u << AC_GROUP_USABLE | 1u << AC_GROUP_FRAMES |
                      1u << AC_GROUP_BULK | 1u << AC_GROUP_THREADS;
    groups |= (unsigned)offers_realloc(allocator) << AC_GROUP_REALLOC;
    groups |= (unsigned)offers_sized(allocator) << AC_GROUP_SIZED;
    groups |= (unsigned)offers_aligned(allocator) << AC_GROUP_ALIGNED;
    groups |= (unsigned)offers_source(target) << AC_GROUP_SOURCE;
    groups |= (unsigned)guarantees_misuse(ac_target_profile(target)) << AC_GROUP_MISUSE;
    return (uint16_t)groups;
}

/* --- boundaries --- */

/* Empty if they cannot be measured: then sizes are drawn without them. */
static void learn_boundaries(const struct campaign *campaign, struct ac_boundaries *boundaries) {
    const struct target_options *target_options = &campaign->options.target_options;
    const struct ac_measure_options options = {.depth = AC_MEASURE_BOUNDARIES,
                                               .most_ms = target_measure_ms(target_options),
                                               .stop = interrupt_poll};
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measurement measured;
    boundaries->count = 0;
    if (ac_measure(&target_options->target, &options, &measured, trouble, sizeof trouble))
        *boundaries = measured.boundaries;
}

void campaign_learn_scope(struct campaign *campaign) {
    const struct ac_target *target = &campaign->options.target_options.target;
    struct campaign_scope *scope = &campaign->scope;
    campaign->phase = (struct campaign_phase){.what = "measuring size classes"};
    learn_boundaries(campaign, &scope->boundaries);
    campaign->phase = (struct campaign_phase){.what = NULL};
    scope->generate = (struct ac_generate_options){.sources = target->allocator->sources,
                                                   .groups = groups_of(target),
                                                   .max_ops = MAX_OPS,
                                                   .without = campaign->options.without,
                                                   .boundaries = &scope->boundaries};
}
