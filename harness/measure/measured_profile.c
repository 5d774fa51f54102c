// SPDX-License-Identifier: MIT
// The profile of a measurement.
#include "readings.h"

#include "allocheck/deviation.h"

#include "allocheck/journal.h"
#include "run/request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    unsigned bit;
    const char *word;
} seen_words[] = {
    {AC_SEEN_BLOCK, "a block"},
    {AC_SEEN_SHARED, "the address of a live block"},
    {AC_SEEN_ROUNDED, "rounded up"},
    {AC_SEEN_UNROUNDED, "not rounded up"},
    {AC_SEEN_SILENT, "NULL, errno unchanged"},
    {AC_SEEN_ENOMEM, "ENOMEM"},
    {AC_SEEN_EINVAL, "EINVAL"},
    {AC_SEEN_ERROR, "another errno"},
    {AC_SEEN_FREED, "the block is freed"},
    {AC_SEEN_KEPT, "the block stays live"},
};

const char *ac_seen_text(unsigned seen, char *text, size_t capacity) {
    size_t length = 0;
    snprintf(text, capacity, "nothing");
    for (size_t i = 0; i < sizeof seen_words / sizeof *seen_words; i++) {
        if ((seen & seen_words[i].bit) != 0 && length < capacity) {
            length += (size_t)snprintf(text + length, capacity - length, "%s%s",
                                       length != 0 ? "; " : "", seen_words[i].word);
        }
    }
    return text;
}

const char *ac_function_name(enum ac_function function) {
    return function < AC_FN_COUNT ? ac_event_function_name(function) : "another call";
}

const char *ac_cause_name(unsigned bit) {
    static const char *const names[AC_CAUSES] = {"wrap", "above PTRDIFF_MAX", "exhausted",
                                                 "invalid alignment"};
    return names[bit];
}

/* --- readings --- */

/* Both answers of malloc: a variation, so one of them is found. Other functions may take the one
 * argument of 0 otherwise than the other, and one alignment otherwise than another. */
static enum ac_zero_size zero(enum ac_function function, unsigned seen) {
    const bool refuses = (seen & AC_SEEN_REFUSALS) != 0;
    if ((seen & AC_SEEN_BLOCK) != 0)
        return refuses && function != AC_FN_MALLOC ? AC_ZERO_EITHER : AC_ZERO_BLOCK;
    if (!refuses)
        return AC_ZERO_EITHER;
    return ac_is_aligned_form(function) && seen == AC_SEEN_EINVAL ? AC_ZERO_INVALID : AC_ZERO_NULL;
}

static enum ac_zero_size resize_zero(unsigned seen) {
    if (seen & AC_SEEN_BLOCK)
        return AC_ZERO_BLOCK;
    if (seen == 0)
        return AC_ZERO_EITHER;
    return seen & AC_SEEN_KEPT && !(seen & AC_SEEN_FREED) ? AC_ZERO_KEEPS : AC_ZERO_FREES;
}

static enum ac_invalid_alignment invalid_alignment(unsigned seen) {
    if ((seen & AC_SEEN_BLOCK) == 0)
        return seen != 0 ? AC_ALIGN_EINVAL : AC_ALIGN_EITHER;
    return seen & (AC_SEEN_UNROUNDED | AC_SEEN_REFUSALS) ? AC_ALIGN_EITHER : AC_ALIGN_ROUNDS;
}

unsigned ac_expected_error(unsigned bit) {
    return 1u << bit == AC_CAUSE_ALIGNMENT ? AC_SEEN_EINVAL : AC_SEEN_ENOMEM;
}

unsigned ac_seen_refusal(const struct ac_measurement *measured, enum ac_function function,
                         unsigned bit) {
    const bool has_product = function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
    const bool as_above = 1u << bit == AC_CAUSE_WRAP && !has_product;
    return measured->refusal[function][as_above ? 1 : bit] & AC_SEEN_REFUSALS;
}

/* What was seen once is expected each time, so that variations are found. */
static unsigned errno_guaranteed(const struct ac_measurement *measured, enum ac_function function) {
    unsigned guaranteed = 0;
    for (unsigned bit = 0; bit < AC_CAUSES; bit++) {
        const unsigned seen = ac_seen_refusal(measured, function, bit);
        if ((seen & ac_expected_error(bit)) != 0)
            guaranteed |= 1u << bit;
    }
    return guaranteed;
}

/* --- the profile --- */

/* Nothing of memalign, which no standard covers. */
static void take_functions(const struct ac_measurement *measured, struct ac_profile *profile) {
    for (int i = 0; i < AC_FN_COUNT; i++) {
        const enum ac_function function = (enum ac_function)i;
        if (function == AC_FN_MEMALIGN)
            continue;
        profile->errno_guaranteed[i] = errno_guaranteed(measured, function);
        profile->zero[i] = zero(function, measured->zero[i]);
        profile->resize_zero[i] = resize_zero(measured->resize_zero[i]);
        profile->invalid_alignment[i] = invalid_alignment(measured->invalid_alignment[i]);
    }
}

static void take_properties(const struct ac_measurement *measured, struct ac_profile *profile) {
    profile->impossible_ends_process = ac_impossible_ends(measured);
    profile->min_alignment = measured->min_alignment;
    profile->realloc_keeps_alignment = measured->keeps_alignment == AC_HOLDS_ALWAYS;
    profile->usable_exact = measured->usable_exact == AC_HOLDS_ALWAYS;
    profile->usable_may_grow = measured->usable_stable != AC_HOLDS_ALWAYS;
    profile->may_refuse_shrink = measured->shrinks != AC_HOLDS_ALWAYS;
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        const struct ac_measured_misuse *misuse = &measured->misuse[i];
        const bool always = misuse->tried != 0 && misuse->caught == misuse->tried;
        profile->misuse[i] = always && !misuse->differs ? misuse->text : NULL;
    }
}

/* Where memory is the system's, it has some left for the size just freed. */
static struct ac_profile profile_to_check(const struct ac_measurement *measured, const char *name) {
    struct ac_profile made = ac_standard_profile;
    made.name = name;
    made.exhaustion_ends_process = ac_exhaustion_ends(measured);
    made.fixed_pool = measured->fixed_pool == AC_HOLDS_ALWAYS;
    made.may_refuse_freed_size = made.fixed_pool || measured->freed_size != AC_HOLDS_ALWAYS;
    made.may_vary = made.may_refuse_freed_size; /* what a run gets depends on the runs before it */
    made.may_grow = measured->freed_size == AC_HOLDS_NOT; /* until nothing is left */
    take_functions(measured, &made);
    return made;
}

void ac_measurement_profile(const struct ac_measurement *measured, const char *name, bool checking,
                            struct ac_profile_copy *profile) {
    struct ac_profile made = profile_to_check(measured, name);
    if (!checking)
        take_properties(measured, &made);
    ac_profile_copy(profile, &made);
}

static bool accept(void *ctx, const struct ac_deviation *deviation) {
    ac_deviation_accept(deviation, ctx);
    return true;
}

void ac_measurement_accepting_profile(const struct ac_measurement *measured, const char *name,
                                      struct ac_profile_copy *profile) {
    ac_measurement_profile(measured, name, true, profile);
    ac_measurement_deviations(measured, accept, &profile->profile);
}
