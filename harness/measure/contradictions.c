// SPDX-License-Identifier: MIT
// Compares a declared profile with a measurement, and reports each trait that does not hold.
#include "readings.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 400, WORDS = 200 };

struct comparison {
    const struct ac_measurement *measured;
    const struct ac_profile *declared;
    ac_contradiction_function *report;
    void *ctx;
};

static const struct ac_profile_field *field_at(size_t offset) {
    size_t count;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    for (size_t i = 0; i < count; i++)
        if (fields[i].offset == offset)
            return &fields[i];
    return NULL;
}

static void contradict(const struct comparison *comparison, size_t offset, const char *declared,
                       const char *seen) {
    const struct ac_profile_field *field = field_at(offset);
    char name[WORDS], line[LINE];
    if (field != NULL) {
        snprintf(name, sizeof name, "%s%s%s", field->group != NULL ? field->group : "",
                 field->group != NULL ? "." : "", field->name);
        snprintf(line, sizeof line, "declared %s, seen: %s", declared, seen);
        comparison->report(comparison->ctx, name, line);
    }
}

#define AT(member) offsetof(struct ac_profile, member)

static size_t at_element(size_t array, size_t index, size_t size) {
    return array + index * size;
}

/* --- size 0 and invalid alignments: the answers that a reading rules out --- */

static const struct {
    const char *word;
    unsigned not_seen;
} zero_readings[] = {
    [AC_ZERO_BLOCK] = {"block", AC_SEEN_REFUSALS | AC_SEEN_SHARED},
    [AC_ZERO_NULL] = {"null", AC_SEEN_BLOCK},
    [AC_ZERO_EITHER] = {"either", AC_SEEN_SHARED},
    [AC_ZERO_FREES] = {"frees", AC_SEEN_BLOCK | AC_SEEN_KEPT},
    [AC_ZERO_KEEPS] = {"keeps", AC_SEEN_BLOCK | AC_SEEN_FREED},
    [AC_ZERO_INVALID] = {"invalid", (AC_SEEN_REFUSALS & ~AC_SEEN_EINVAL) | AC_SEEN_BLOCK},
};

static const struct {
    const char *word;
    unsigned not_seen;
} alignment_readings[] = {
    [AC_ALIGN_EINVAL] = {"refused", AC_SEEN_BLOCK},
    [AC_ALIGN_ROUNDS] = {"rounds", AC_SEEN_UNROUNDED},
    [AC_ALIGN_EITHER] = {"either", 0},
};

static void compare_zero(const struct comparison *comparison, size_t offset,
                         enum ac_zero_size declared, unsigned seen) {
    char words[WORDS];
    if ((seen & zero_readings[declared].not_seen) != 0) {
        contradict(comparison, offset, zero_readings[declared].word,
                   ac_seen_text(seen, words, sizeof words));
    }
}

static void compare_function(const struct comparison *comparison, size_t function) {
    const struct ac_profile *declared = comparison->declared;
    const struct ac_measurement *measured = comparison->measured;
    compare_zero(comparison, at_element(AT(zero), function, sizeof declared->zero[0]),
                 declared->zero[function], measured->zero[function]);
    compare_zero(comparison, at_element(AT(resize_zero), function, sizeof declared->resize_zero[0]),
                 declared->resize_zero[function], measured->resize_zero[function]);
    const enum ac_invalid_alignment reading = declared->invalid_alignment[function];
    const unsigned seen = measured->invalid_alignment[function];
    char words[WORDS];
    if ((seen & alignment_readings[reading].not_seen) != 0) {
        contradict(comparison,
                   at_element(AT(invalid_alignment), function, sizeof(enum ac_invalid_alignment)),
                   alignment_readings[reading].word, ac_seen_text(seen, words, sizeof words));
    }
}

/* --- errno --- */

static void compare_error(const struct comparison *comparison, size_t function, unsigned bit) {
    const unsigned seen = ac_seen_refusal(comparison->measured, (enum ac_function)function, bit);
    char words[WORDS];
    if ((comparison->declared->errno_guaranteed[function] & 1u << bit) != 0 &&
        (seen & ~ac_expected_error(bit)) != 0) {
        contradict(comparison, at_element(AT(errno_guaranteed), function, sizeof(unsigned)),
                   ac_cause_name(bit), ac_seen_text(seen, words, sizeof words));
    }
}

/* --- properties of every block --- */

static void compare_blocks(const struct comparison *comparison) {
    const struct ac_profile *declared = comparison->declared;
    const struct ac_measurement *measured = comparison->measured;
    char guaranteed[32], seen[64];
    if (measured->min_alignment != 0 && declared->min_alignment > measured->min_alignment) {
        snprintf(guaranteed, sizeof guaranteed, "%zu", declared->min_alignment);
        snprintf(seen, sizeof seen, "%zu", measured->min_alignment);
        contradict(comparison, AT(min_alignment), guaranteed, seen);
    }
    if (declared->realloc_keeps_alignment && measured->keeps_alignment == AC_HOLDS_NOT)
        contradict(comparison, AT(realloc_keeps_alignment), "true", "not always kept");
    if (declared->usable_exact && measured->usable_exact == AC_HOLDS_NOT) {
        snprintf(seen, sizeof seen, "%zu extra bytes for %zu", measured->most_slack,
                 measured->slack_at);
        contradict(comparison, AT(usable_exact), "true", seen);
    }
}

static void compare_flag(const struct comparison *comparison, size_t offset, bool declared,
                         bool seen, const char *words) {
    if (!declared && seen)
        contradict(comparison, offset, "false", words);
}

/* Exemptions that the allocator was seen to need. */
static void compare_exemptions(const struct comparison *comparison) {
    const struct ac_profile *declared = comparison->declared;
    const struct ac_measurement *measured = comparison->measured;
    compare_flag(comparison, AT(free_changes_errno), declared->free_changes_errno,
                 measured->free_errno == AC_HOLDS_NOT, "free changes errno");
    compare_flag(comparison, AT(usable_may_grow), declared->usable_may_grow,
                 measured->usable_stable == AC_HOLDS_NOT, "it changes while the block is live");
    compare_flag(comparison, AT(may_refuse_shrink), declared->may_refuse_shrink,
                 measured->shrinks == AC_HOLDS_NOT, "realloc to no more bytes returned NULL");
    compare_flag(comparison, AT(may_refuse_freed_size), declared->may_refuse_freed_size,
                 measured->freed_size == AC_HOLDS_NOT, "the size just freed was refused");
    compare_flag(comparison, AT(fixed_pool),
                 declared->fixed_pool || declared->zero[AC_FN_MALLOC] != AC_ZERO_BLOCK,
                 measured->fixed_pool == AC_HOLDS_ALWAYS, "small requests are soon refused");
    const size_t largest = declared->largest_request;
    char granted[64], seen[64];
    if (largest != 0 && measured->largest_request > largest) {
        snprintf(granted, sizeof granted, "%zu", largest);
        snprintf(seen, sizeof seen, "a block for %zu", measured->largest_request);
        contradict(comparison, AT(largest_request), granted, seen);
    }
}

/* Each of the two traits once. */
static void compare_fatal_calls(const struct comparison *comparison) {
    const struct ac_profile *declared = comparison->declared;
    unsigned exhaustion = 0, impossible = 0;
    for (size_t i = 0; i < comparison->measured->fatal_calls && i < AC_FATAL_CALLS; i++) {
        const struct ac_fatal_call *call = &comparison->measured->fatal_call[i];
        const enum ac_fatal_kind kind = ac_fatal_kind_of(call);
        if (kind == AC_FATAL_EXHAUSTION && !declared->exhaustion_ends_process && exhaustion++ == 0)
            contradict(comparison, AT(exhaustion_ends_process), "false", call->how);
        if (kind == AC_FATAL_IMPOSSIBLE && !declared->impossible_ends_process && impossible++ == 0)
            contradict(comparison, AT(impossible_ends_process), "false", call->how);
    }
}

/* --- misuse --- */

/* One misuse may look like another: any declared text counts. */
static bool is_declared(const struct ac_profile *declared, const char *text) {
    for (size_t i = 0; i < AC_MISUSE_COUNT; i++)
        if (declared->misuse[i] != NULL && strstr(text, declared->misuse[i]) != NULL)
            return true;
    return false;
}

static void compare_misuse(const struct comparison *comparison, size_t which) {
    const struct ac_measured_misuse *misuse = &comparison->measured->misuse[which];
    const char *declared = comparison->declared->misuse[which];
    char seen[WORDS];
    if (declared == NULL || misuse->tried == 0)
        return;
    const bool always = misuse->caught == misuse->tried;
    if (always && is_declared(comparison->declared, misuse->text))
        return;
    snprintf(seen, sizeof seen, "caught in %u of %u tries%s%s", misuse->caught, misuse->tried,
             misuse->caught != 0 ? ": " : "", misuse->caught != 0 ? misuse->text : "");
    contradict(comparison, at_element(AT(misuse), which, sizeof declared), declared, seen);
}

void ac_measurement_contradictions(const struct ac_measurement *measured,
                                   const struct ac_profile *declared,
                                   ac_contradiction_function *report, void *ctx) {
    const struct comparison comparison = {measured, declared, report, ctx};
    for (size_t i = 0; i < AC_FN_COUNT; i++) {
        compare_function(&comparison, i);
        for (unsigned bit = 0; bit < AC_CAUSES; bit++)
            compare_error(&comparison, i, bit);
    }
    compare_blocks(&comparison);
    compare_exemptions(&comparison);
    compare_fatal_calls(&comparison);
    for (size_t i = 0; i < AC_MISUSE_COUNT; i++)
        compare_misuse(&comparison, i);
}
