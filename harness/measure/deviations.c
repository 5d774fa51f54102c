// SPDX-License-Identifier: MIT
// Which answers of a measurement deviate from the standards, and how a profile accepts them.
#include "allocheck/deviation.h"
#include "readings.h"

#include <stddef.h>
#include <stdio.h>

enum { WORDS = 160 };

/* --- which --- */

struct listing {
    const struct ac_measurement *measured;
    ac_deviation_function *each;
    void *ctx;
    bool over;
};

static void found(struct listing *listing, struct ac_deviation deviation) {
    deviation.measured = listing->measured;
    listing->over = listing->over || !listing->each(listing->ctx, &deviation);
}

static bool takes_count(enum ac_function function) {
    return function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
}

/* POSIX.1-2024 requires errno of all but memalign, which it does not cover. */
static bool sets_wrong_errno(const struct ac_measurement *measured, enum ac_function function,
                             unsigned bit) {
    const unsigned seen = ac_seen_refusal(measured, function, bit);
    return seen != 0 && (seen & ac_expected_error(bit)) == 0 && function != AC_FN_MEMALIGN;
}

static bool is_impossible(unsigned bit) {
    return 1u << bit != AC_CAUSE_ALIGNMENT;
}

static void list_cause(struct listing *listing, enum ac_function function, unsigned bit) {
    const struct ac_measurement *measured = listing->measured;
    if (1u << bit == AC_CAUSE_WRAP && !takes_count(function))
        return;
    if (sets_wrong_errno(measured, function, bit))
        found(listing, (struct ac_deviation){
                           .kind = AC_DEVIATION_ERRNO, .function = function, .cause = bit});
    if (is_impossible(bit) && measured->granted[function][bit].size != 0)
        found(listing, (struct ac_deviation){
                           .kind = AC_DEVIATION_GRANTED, .function = function, .cause = bit});
}

static void list_function(struct listing *listing, enum ac_function function) {
    const struct ac_measurement *measured = listing->measured;
    if ((measured->zero[function] & AC_SEEN_SHARED) != 0)
        found(listing, (struct ac_deviation){.kind = AC_DEVIATION_SHARED, .function = function});
    for (unsigned bit = 0; bit < AC_CAUSES; bit++)
        list_cause(listing, function, bit);
    if ((measured->invalid_alignment[function] & AC_SEEN_BLOCK) != 0 && function != AC_FN_MEMALIGN)
        found(listing, (struct ac_deviation){.kind = AC_DEVIATION_ALIGNMENT, .function = function});
}

static bool is_misaligned(const struct ac_measurement *measured) {
    return measured->min_alignment != 0 && measured->min_alignment < _Alignof(max_align_t);
}

void ac_measurement_deviations(const struct ac_measurement *measured, ac_deviation_function *each,
                               void *ctx) {
    struct listing listing = {.measured = measured, .each = each, .ctx = ctx};
    for (int i = 0; i < AC_FN_COUNT && !listing.over; i++)
        list_function(&listing, (enum ac_function)i);
    if (is_misaligned(measured) && !listing.over)
        found(&listing, (struct ac_deviation){.kind = AC_DEVIATION_MISALIGNED});
    if (measured->free_errno == AC_HOLDS_NOT && !listing.over)
        found(&listing, (struct ac_deviation){.kind = AC_DEVIATION_FREE});
    for (size_t i = 0; i < measured->fatal_calls && i < AC_FATAL_CALLS && !listing.over; i++) {
        const struct ac_fatal_call *call = &measured->fatal_call[i];
        if (ac_fatal_kind_of(call) != AC_FATAL_EXHAUSTION)
            found(&listing, (struct ac_deviation){.kind = AC_DEVIATION_FATAL,
                                                  .function = (enum ac_function)call->function,
                                                  .call = call});
    }
}

bool ac_deviation_shown_by(const struct ac_deviation *deviation, enum ac_oracle oracle) {
    static const enum ac_oracle oracles[] = {
        [AC_DEVIATION_ERRNO] = AC_ORACLE_ERRNO,        [AC_DEVIATION_ALIGNMENT] = AC_ORACLE_ERRNO,
        [AC_DEVIATION_GRANTED] = AC_ORACLE_MUST_FAIL,  [AC_DEVIATION_SHARED] = AC_ORACLE_ZERO_SIZE,
        [AC_DEVIATION_MISALIGNED] = AC_ORACLE_ALIGNED, [AC_DEVIATION_FREE] = AC_ORACLE_ERRNO};
    if (deviation->kind == AC_DEVIATION_FATAL)
        return oracle == AC_ORACLE_SURVIVES || oracle == AC_ORACLE_LIVENESS;
    return oracle == oracles[deviation->kind];
}

static bool is_declared(const struct ac_fatal_call *call, const struct ac_profile *declared) {
    if (declared == NULL)
        return false;
    return (call->null & declared->null_not_offered) != 0 ||
           (ac_fatal_kind_of(call) == AC_FATAL_IMPOSSIBLE && declared->impossible_ends_process);
}

bool ac_deviation_is_bug(const struct ac_deviation *deviation, const struct ac_profile *declared) {
    return deviation->kind == AC_DEVIATION_GRANTED ||
           (deviation->kind == AC_DEVIATION_FATAL && !is_declared(deviation->call, declared));
}

/* --- as text --- */

static bool resizes(enum ac_function function) {
    return function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY;
}

static void describe_granted(const struct ac_deviation *deviation, char *line) {
    static const char *const why[AC_CAUSES] = {"the product wraps", "more than PTRDIFF_MAX",
                                               "more than any address space", ""};
    const enum ac_function function = deviation->function;
    char call[WORDS];
    ac_asked_text(function, resizes(function),
                  &deviation->measured->granted[function][deviation->cause], call, sizeof call);
    snprintf(line, AC_DEVIATION_LINE, "%s: a block; %s", call, why[deviation->cause]);
}

static void describe_errno(const struct ac_deviation *deviation, char *line) {
    const unsigned bit = deviation->cause;
    char words[WORDS];
    snprintf(
        line, AC_DEVIATION_LINE, "%s refuses (%s): %s; POSIX.1-2024 requires %s",
        ac_function_name(deviation->function), ac_cause_name(bit),
        ac_seen_text(ac_seen_refusal(deviation->measured, deviation->function, bit), words, WORDS),
        ac_expected_error(bit) == AC_SEEN_EINVAL ? "EINVAL" : "ENOMEM");
}

static void describe_alignment(const struct ac_deviation *deviation, char *line) {
    char words[WORDS];
    snprintf(
        line, AC_DEVIATION_LINE, "%s with an invalid alignment: %s; %s",
        ac_function_name(deviation->function),
        ac_seen_text(deviation->measured->invalid_alignment[deviation->function], words, WORDS),
        deviation->function == AC_FN_ALIGNED_ALLOC ? "it shall fail (C17 7.22.3.1)"
                                                   : "it shall fail with EINVAL (POSIX.1-2024)");
}

static void describe_misaligned(const struct ac_deviation *deviation, char *line) {
    const size_t right = _Alignof(max_align_t);
    snprintf(line, AC_DEVIATION_LINE,
             "blocks are aligned to %zu bytes only; those of %zu bytes and more must be aligned to "
             "%zu (C17 7.22.3, C23 7.24.3)",
             deviation->measured->min_alignment, right, right);
}

const char *ac_deviation_text(const struct ac_deviation *deviation, char line[AC_DEVIATION_LINE]) {
    switch (deviation->kind) {
    case AC_DEVIATION_ERRNO:
        describe_errno(deviation, line);
        break;
    case AC_DEVIATION_ALIGNMENT:
        describe_alignment(deviation, line);
        break;
    case AC_DEVIATION_GRANTED:
        describe_granted(deviation, line);
        break;
    case AC_DEVIATION_SHARED:
        snprintf(line, AC_DEVIATION_LINE,
                 "%s of 0 bytes: the address of a live block; each block is unique (C17 7.22.3)",
                 ac_function_name(deviation->function));
        break;
    case AC_DEVIATION_MISALIGNED:
        describe_misaligned(deviation, line);
        break;
    case AC_DEVIATION_FREE:
        snprintf(line, AC_DEVIATION_LINE, "free changes errno; POSIX.1-2024 (free) forbids that");
        break;
    case AC_DEVIATION_FATAL:
        ac_fatal_call_text(deviation->call, line, AC_DEVIATION_LINE);
    }
    return line;
}

/* --- in profiles --- */

static bool demand(void *ctx, const struct ac_deviation *deviation) {
    struct ac_profile *profile = ctx;
    if (deviation->kind == AC_DEVIATION_ERRNO)
        profile->errno_guaranteed[deviation->function] |= 1u << deviation->cause;
    if (deviation->kind == AC_DEVIATION_ALIGNMENT)
        profile->invalid_alignment[deviation->function] = AC_ALIGN_EINVAL;
    return true;
}

void ac_measurement_strict_profile(const struct ac_measurement *measured, const char *name,
                                   struct ac_profile_copy *profile) {
    ac_measurement_profile(measured, name, true, profile);
    ac_measurement_deviations(measured, demand, &profile->profile);
}

void ac_deviation_accept(const struct ac_deviation *deviation, struct ac_profile *profile) {
    struct ac_profile_copy seen;
    const enum ac_function function = deviation->function;
    ac_measurement_profile(deviation->measured, profile->name, false, &seen);
    switch (deviation->kind) {
    case AC_DEVIATION_ERRNO:
        profile->errno_guaranteed[function] &= ~(1u << deviation->cause);
        break;
    case AC_DEVIATION_ALIGNMENT:
        profile->invalid_alignment[function] = seen.profile.invalid_alignment[function];
        break;
    case AC_DEVIATION_MISALIGNED:
        profile->min_alignment = seen.profile.min_alignment;
        break;
    case AC_DEVIATION_FREE:
        profile->free_changes_errno = true;
        break;
    case AC_DEVIATION_FATAL:
        profile->impossible_ends_process |=
            ac_fatal_kind_of(deviation->call) == AC_FATAL_IMPOSSIBLE;
        break;
    case AC_DEVIATION_GRANTED:
    case AC_DEVIATION_SHARED:
        break;
    }
}
