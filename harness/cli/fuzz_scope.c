// SPDX-License-Identifier: MIT
// What the generator is to know of the subject. Class borders are asked for in processes of their
// own: an allocator under test may crash, or hang, when it is asked.
#include "fuzz_hunt.h"

#include "allocheck/measure.h"

enum { MAX_OPS = 64 };

/* --- groups of ops: what the subject does not offer need not be drawn --- */

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

static bool offers_source(const struct ac_subject *subject) {
    return subject->allocator->sources != 0 || subject->allocator->trim != NULL || subject->trapped;
}

static bool promises_misuse(const struct ac_profile *profile) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        if (profile->misuse[i] != NULL) {
            return true;
        }
    }
    return false;
}

static uint16_t groups_of(const struct ac_subject *subject) {
    const struct ac_allocator *allocator = subject->allocator;
    unsigned groups = 1u << AC_GROUP_BASIC | 1u << AC_GROUP_USABLE | 1u << AC_GROUP_FRAMES |
                      1u << AC_GROUP_BULK | 1u << AC_GROUP_THREADS;
    groups |= (unsigned)offers_realloc(allocator) << AC_GROUP_REALLOC;
    groups |= (unsigned)offers_sized(allocator) << AC_GROUP_SIZED;
    groups |= (unsigned)offers_aligned(allocator) << AC_GROUP_ALIGNED;
    groups |= (unsigned)offers_source(subject) << AC_GROUP_SOURCE;
    groups |= (unsigned)promises_misuse(ac_subject_profile(subject)) << AC_GROUP_MISUSE;
    return (uint16_t)groups;
}

/* --- borders --- */

/* What cannot be measured stays empty: then sizes are drawn without it. */
static void learn_borders(const struct ac_subject *subject, struct ac_borders *borders) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measured measured;
    borders->count = 0;
    if (ac_measure(subject, AC_MEASURE_BORDERS, &measured, trouble, sizeof trouble)) {
        *borders = measured.borders;
    }
}

void hunt_learn_scope(struct hunt *hunt) {
    const struct ac_subject *subject = &hunt->options.trial.subject;
    struct hunt_scope *scope = &hunt->scope;
    learn_borders(subject, &scope->borders);
    scope->generate = (struct ac_generate_options){.sources = subject->allocator->sources,
                                                   .groups = groups_of(subject),
                                                   .max_ops = MAX_OPS,
                                                   .borders = &scope->borders};
}
