// SPDX-License-Identifier: MIT
// What is tested: an allocator of this build, or a library that only processes of its own load.
#ifndef ALLOCHECK_SUBJECT_H
#define ALLOCHECK_SUBJECT_H

#include "allocator.h"
#include "profile.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An allocator and the profile that it is judged by. Plain data, copied freely; what it points to
 * outlives every copy. */
struct ac_subject {
    const char *name; /* as printed, and as `# expect: finding ORACLE on NAME' says it */
    const struct ac_allocator *allocator;
    const struct ac_profile *profile; /* NULL: the allocator's own */
};

static inline struct ac_subject ac_subject_of(const struct ac_allocator *allocator) {
    struct ac_subject subject = {allocator->name, allocator, NULL};
    return subject;
}

static inline const struct ac_profile *ac_subject_profile(const struct ac_subject *subject) {
    return subject->profile != NULL ? subject->profile : subject->allocator->profile;
}

#ifdef __cplusplus
}
#endif
#endif
