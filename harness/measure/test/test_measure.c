// SPDX-License-Identifier: MIT
// Each trait is measured in both readings, on a configurable allocator; built-in profiles hold.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "traits.h"

#include "adapter/adapters.h"
#include "allocheck/deviation.h"
#include "allocheck/profile_field.h"

enum { WRAP, PTRDIFF, EXHAUSTED, ALIGNMENT };

static struct ac_measurement measure(struct traits made, enum ac_measure_depth depth) {
    const struct ac_target target = ac_target_of(&traits_allocator);
    char trouble[AC_LIBRARY_ERROR];
    static struct ac_measurement measured;
    traits = made;
    assert_true(ac_measure(&target, &(struct ac_measure_options){.depth = depth}, &measured,
                           trouble, sizeof trouble));
    return measured;
}

static struct ac_measurement quickly(struct traits made) {
    return measure(made, AC_MEASURE_TO_CHECK);
}

static struct ac_profile checking_profile(struct traits made) {
    static struct ac_profile_copy copy;
    const struct ac_measurement measured = quickly(made);
    ac_measurement_profile(&measured, "traits", true, &copy);
    return copy.profile;
}

/* --- time --- */

static void find_unmeasured(void *ctx, enum ac_remark remark, const char *line) {
    if (remark == AC_REMARK_UNMEASURED && strcmp(line, "exhausted memory") == 0)
        *(bool *)ctx = true;
}

/* Memory cannot be filled with an allocator that takes longer and longer; the rest is measured.
 * Sanitizer builds never fill it. */
static void a_measurement_ends_in_time(void **state) {
    (void)state;
    const struct ac_target target = ac_target_of(&traits_allocator);
    for (int slow = 0; slow <= 1; slow++) {
        const struct ac_measure_options options = {.depth = AC_MEASURE_TO_CHECK,
                                                   .most_ms = slow ? 2000 : 0};
        char trouble[AC_LIBRARY_ERROR];
        struct ac_measurement measured;
        bool unmeasured = false;
        traits = (struct traits){.tires = slow == 1};
        assert_true(ac_measure(&target, &options, &measured, trouble, sizeof trouble));
        ac_measurement_remarks(&measured, find_unmeasured, &unmeasured);
        assert_int_equal(unmeasured, slow && !AC_INSTRUMENTED);
    }
}

/* What could not be measured keeps the most lenient reading. */
static void without_time_nothing_is_demanded(void **state) {
    (void)state;
    const struct ac_target target = ac_target_of(&traits_allocator);
    const struct ac_measure_options options = {.depth = AC_MEASURE_TO_CHECK, .most_ms = 1};
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measurement measured;
    struct ac_profile_copy copy;
    traits = (struct traits){.tires = true};
    assert_true(ac_measure(&target, &options, &measured, trouble, sizeof trouble));
    ac_measurement_profile(&measured, "traits", true, &copy);
    assert_int_equal(copy.profile.resize_zero[AC_FN_REALLOC], AC_ZERO_EITHER);
    assert_int_equal(copy.profile.errno_guaranteed[AC_FN_MALLOC], 0);
    assert_false(copy.profile.exhaustion_ends_process);
}

/* --- texts --- */

struct remarks {
    size_t count[AC_REMARKS];
    char text[4096];
};

static void keep_remark(void *ctx, enum ac_remark remark, const char *line) {
    struct remarks *remarks = ctx;
    const size_t length = strlen(remarks->text);
    remarks->count[remark]++;
    snprintf(remarks->text + length, sizeof remarks->text - length, "%s\n", line);
}

static struct remarks remarks_on(struct traits made) {
    struct remarks remarks = {.text = ""};
    const struct ac_measurement measured = quickly(made);
    ac_measurement_remarks(&measured, keep_remark, &remarks);
    return remarks;
}

static void keep_field(void *ctx, const char *field, const char *line) {
    char *text = ctx;
    snprintf(text + strlen(text), 4096 - strlen(text), "%s: %s\n", field, line);
}

/* --- size 0 --- */

static void size_0_is_read_as_it_is(void **state) {
    (void)state;
    assert_int_equal(checking_profile((struct traits){.zero = ZERO_BLOCK}).zero[AC_FN_MALLOC],
                     AC_ZERO_BLOCK);
    assert_int_equal(checking_profile((struct traits){.zero = ZERO_NULL}).zero[AC_FN_MALLOC],
                     AC_ZERO_NULL);
    struct remarks remarks = remarks_on((struct traits){.zero = ZERO_NULL});
    assert_int_equal(remarks.count[AC_REMARK_VARIATION], 0);
    assert_int_equal(remarks.count[AC_REMARK_DEVIATION], 0);
}

static void size_0_that_varies_is_reported(void **state) {
    (void)state;
    struct remarks remarks = remarks_on((struct traits){.zero = ZERO_VARIES});
    assert_int_equal(remarks.count[AC_REMARK_VARIATION], 1);
    assert_non_null(strstr(remarks.text, "0 bytes: a block; NULL"));
    remarks = remarks_on((struct traits){.zero = ZERO_SHARED});
    assert_non_null(strstr(remarks.text, "malloc of 0 bytes: the address of a live block"));
}

static void realloc_to_0_is_reported_apart(void **state) {
    (void)state;
    const struct {
        enum traits_resize trait;
        enum ac_zero_size reading;
        size_t variations;
    } cases[] = {{RESIZE_BLOCK, AC_ZERO_BLOCK, 0},
                 {RESIZE_FREES, AC_ZERO_FREES, 0},
                 {RESIZE_KEEPS, AC_ZERO_KEEPS, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct traits made = {.resize_zero = cases[i].trait};
        assert_int_equal(checking_profile(made).resize_zero[AC_FN_REALLOC], cases[i].reading);
        assert_int_equal(remarks_on(made).count[AC_REMARK_VARIATION], cases[i].variations);
    }
}

/* --- errno --- */

static void errno_is_guaranteed_where_it_is_set(void **state) {
    (void)state;
    struct ac_profile profile = checking_profile((struct traits){.error = 0});
    assert_int_equal(profile.errno_guaranteed[AC_FN_MALLOC],
                     AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED);
    assert_int_equal(profile.errno_guaranteed[AC_FN_ALIGNED_ALLOC], AC_CAUSE_ALL);
    assert_int_equal(profile.errno_guaranteed[AC_FN_MEMALIGN], 0); /* not offered */
    profile = checking_profile((struct traits){.error = -1, .alignment_error = -1});
    assert_int_equal(profile.errno_guaranteed[AC_FN_MALLOC], 0);
    assert_int_equal(profile.errno_guaranteed[AC_FN_ALIGNED_ALLOC], 0);
    profile = checking_profile((struct traits){.error = EACCES});
    assert_int_equal(profile.errno_guaranteed[AC_FN_CALLOC], 0);
    assert_int_equal(profile.errno_guaranteed[AC_FN_ALIGNED_ALLOC], AC_CAUSE_ALIGNMENT);
}

static void errno_that_is_not_set_is_a_deviation(void **state) {
    (void)state;
    assert_int_equal(remarks_on((struct traits){.error = 0}).count[AC_REMARK_DEVIATION], 0);
    struct remarks remarks = remarks_on((struct traits){.error = -1});
    assert_non_null(strstr(remarks.text, "malloc refuses (exhausted): NULL, errno unchanged; "
                                         "POSIX.1-2024 requires ENOMEM"));
    assert_non_null(strstr(remarks.text, "calloc refuses (wrap)"));
    assert_int_equal(remarks.count[AC_REMARK_VARIATION], 0);
}

/* A variation stays guaranteed, so that programs find it. */
static void errno_that_varies_is_reported_and_guaranteed(void **state) {
    (void)state;
    const struct traits made = {.error = -2};
    struct remarks remarks = remarks_on(made);
    assert_true(remarks.count[AC_REMARK_VARIATION] >= 1);
    assert_non_null(strstr(remarks.text, "malloc refuses (exhausted): NULL, errno unchanged; "
                                         "ENOMEM"));
    assert_true(checking_profile(made).errno_guaranteed[AC_FN_MALLOC] & AC_CAUSE_EXHAUSTED);
}

struct bugs {
    const struct ac_profile *declared;
    unsigned count;
};

static bool count_bug(void *ctx, const struct ac_deviation *deviation) {
    struct bugs *bugs = ctx;
    bugs->count += ac_deviation_is_bug(deviation, bugs->declared);
    return true;
}

static unsigned bugs_of(const struct ac_measurement *measured, const struct ac_profile *declared) {
    struct bugs bugs = {declared, 0};
    ac_measurement_deviations(measured, count_bug, &bugs);
    return bugs.count;
}

static void what_cannot_be_granted_is_reported_with_its_call(void **state) {
    (void)state;
    struct remarks remarks = remarks_on((struct traits){.wraps = true});
    assert_non_null(
        strstr(remarks.text, "calloc(9223372036854775808, 2): a block; the product wraps"));
    assert_int_equal(remarks.count[AC_REMARK_GRANTED], 1);
    assert_int_equal(remarks_on((struct traits){.error = 0}).count[AC_REMARK_GRANTED], 0);
}

static void invalid_alignments_are_reported_apart(void **state) {
    (void)state;
    assert_int_equal(checking_profile((struct traits){.takes_alignments = false})
                         .invalid_alignment[AC_FN_ALIGNED_ALLOC],
                     AC_ALIGN_EINVAL);
    const struct traits made = {.takes_alignments = true};
    assert_int_equal(checking_profile(made).invalid_alignment[AC_FN_ALIGNED_ALLOC],
                     AC_ALIGN_ROUNDS);
    assert_non_null(strstr(remarks_on(made).text, "aligned_alloc with an invalid alignment"));
}

/* --- fatal calls --- */

static void exhaustion_may_end_the_process_with_a_message(void **state) {
    (void)state;
    assert_false(checking_profile((struct traits){.error = 0}).exhaustion_ends_process);
    const enum traits_death deaths[] = {DIES_WITH_WORDS, DIES_BY_EXIT_WITH_WORDS};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        const struct traits made = {.exhausted = deaths[i]};
        assert_true(checking_profile(made).exhaustion_ends_process);
        struct remarks remarks = remarks_on(made);
        assert_true(remarks.count[AC_REMARK_POLICY] >= 1);
        assert_non_null(strstr(remarks.text, "traits: giving up at"));
        assert_null(strstr(remarks.text, "at 0x")); /* no text that differs between runs */
    }
}

/* A signal, and an end without a message, are bugs: nothing is switched off for them. */
static void an_end_without_a_message_is_no_policy(void **state) {
    (void)state;
    const enum traits_death deaths[] = {DIES_SILENT, DIES_BY_EXIT, DIES_BY_ASSERTION,
                                        DIES_WITH_WORDS_BY_SIGNAL};
    const char *const words[] = {"SIGSEGV", "exit(7)", "Assertion `size < most' failed",
                                 "traits: giving up at"};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        const struct traits made = {.exhausted = deaths[i]};
        const struct ac_profile profile = checking_profile(made);
        assert_false(profile.exhaustion_ends_process || profile.impossible_ends_process);
        struct remarks remarks = remarks_on(made);
        assert_int_equal(remarks.count[AC_REMARK_POLICY], 0);
        assert_true(remarks.count[AC_REMARK_FATAL_CALL] >= 1);
        assert_non_null(strstr(remarks.text, words[i]));
    }
}

/* What no memory can satisfy is no exhaustion: to end the process for it is a choice that must be
 * declared. */
static void an_end_for_an_impossible_request_must_be_declared(void **state) {
    (void)state;
    static struct ac_profile_copy declared;
    const struct traits made = {.exhausted = DIES_WITH_WORDS};
    const struct ac_measurement measured = quickly(made);
    assert_false(checking_profile(made).impossible_ends_process);
    ac_measurement_profile(&measured, "traits", false, &declared);
    assert_true(declared.profile.impossible_ends_process);
    assert_true(bugs_of(&measured, &declared.profile) < bugs_of(&measured, NULL));
    assert_non_null(strstr(remarks_on(made).text, "malloc(9223372036854775808): traits: giving"));
}

/* --- properties of every block --- */

static void what_is_always_seen_binds_only_where_declared(void **state) {
    (void)state;
    const struct ac_measurement measured = quickly((struct traits){.exact = true});
    struct ac_profile_copy checking, declared;
    ac_measurement_profile(&measured, "traits", true, &checking);
    ac_measurement_profile(&measured, "traits", false, &declared);
    assert_int_equal(measured.min_alignment, 16);
    assert_true(declared.profile.usable_exact && declared.profile.realloc_keeps_alignment);
    assert_int_equal(declared.profile.min_alignment, 16);
    assert_false(checking.profile.usable_exact || checking.profile.realloc_keeps_alignment);
    assert_int_equal(checking.profile.min_alignment, 0);
    assert_false(checking.profile.may_grow || checking.profile.may_not_return);
}

static void what_is_not_always_seen_is_not_guaranteed(void **state) {
    (void)state;
    const struct traits made = {.aligned_to_8 = true, .loses_alignment = true};
    const struct ac_measurement measured = quickly(made);
    assert_int_equal(measured.min_alignment, 8);
    assert_int_equal(measured.keeps_alignment, AC_HOLDS_NOT);
    assert_int_equal(measured.usable_exact, AC_HOLDS_NOT);
    assert_int_equal(measured.most_slack, 15);
    assert_non_null(strstr(remarks_on(made).text, "aligned to 8 bytes only"));
}

static void boundaries_and_the_largest_request_are_found(void **state) {
    (void)state;
    const struct ac_measurement measured = measure((struct traits){.error = 0}, AC_MEASURE_ALL);
    assert_int_equal(measured.boundaries.at[0], 16);
    assert_int_equal(measured.boundaries.at[1], 32);
    assert_int_equal(measured.boundaries.count, AC_MAX_BOUNDARIES);
    assert_in_range(measured.largest_request, 16 << 20, 48 << 20);
}

static void boundaries_alone_are_measured_without_the_rest(void **state) {
    (void)state;
    const struct ac_measurement measured =
        measure((struct traits){.double_free = DIES_WITH_WORDS}, AC_MEASURE_BOUNDARIES);
    assert_int_equal(measured.boundaries.count, AC_MAX_BOUNDARIES);
    assert_int_equal(measured.largest_request, 0);
    assert_int_equal(measured.misuse[AC_MISUSE_DOUBLE_FREE].tried, 0);
    assert_int_equal(
        measure((struct traits){.exact = true}, AC_MEASURE_BOUNDARIES).boundaries.count, 0);
}

/* --- misuse --- */

static struct ac_measured_misuse double_free(enum traits_death death) {
    return measure((struct traits){.double_free = death}, AC_MEASURE_ALL)
        .misuse[AC_MISUSE_DOUBLE_FREE];
}

static void misuse_is_caught_or_not(void **state) {
    (void)state;
    struct ac_measured_misuse misuse = double_free(DIES_WITH_WORDS);
    assert_int_equal(misuse.tried, AC_MISUSE_TRIES);
    assert_int_equal(misuse.caught, AC_MISUSE_TRIES);
    assert_string_equal(misuse.text, "traits: giving up at");
    assert_int_equal(misuse.differs, 0);
    misuse = double_free(DIES_NOT);
    assert_int_equal(misuse.tried, AC_MISUSE_TRIES);
    assert_int_equal(misuse.caught + misuse.silent, 0);
    misuse = double_free(DIES_SILENT);
    assert_int_equal(misuse.caught, 0);
    assert_int_equal(misuse.silent, AC_MISUSE_TRIES);
    assert_string_equal(misuse.text, "SIGSEGV");
}

static void misuse_that_cannot_be_made_is_not_tried(void **state) {
    (void)state;
    const struct ac_measurement measured = measure((struct traits){.error = 0}, AC_MEASURE_ALL);
    assert_int_equal(measured.misuse[AC_MISUSE_WRONG_SIZE].tried, 0);
    assert_int_equal(measured.misuse[AC_MISUSE_FREE_FRAME].tried, 0);
}

/* --- declared profiles --- */

static void a_declared_profile_that_holds_is_not_contradicted(void **state) {
    (void)state;
    const struct ac_measurement measured =
        measure((struct traits){.double_free = DIES_WITH_WORDS}, AC_MEASURE_ALL);
    struct ac_profile_copy own;
    char text[4096] = "";
    ac_measurement_profile(&measured, "traits", false, &own);
    assert_string_equal(own.profile.misuse[AC_MISUSE_DOUBLE_FREE], "traits: giving up at");
    ac_measurement_contradictions(&measured, &own.profile, keep_field, text);
    assert_string_equal(text, "");
}

static void each_trait_that_does_not_hold_is_named(void **state) {
    (void)state;
    const struct traits made = {.zero = ZERO_NULL,
                                .resize_zero = RESIZE_FREES,
                                .error = -1,
                                .takes_alignments = true,
                                .exhausted = DIES_NOT,
                                .aligned_to_8 = true,
                                .loses_alignment = true};
    const struct ac_measurement measured = measure(made, AC_MEASURE_ALL);
    struct ac_profile declared = {.name = "traits",
                                  .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
                                  .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},
                                  .errno_guaranteed = {[AC_FN_CALLOC] = AC_CAUSE_WRAP},
                                  .min_alignment = 16,
                                  .realloc_keeps_alignment = true,
                                  .usable_exact = true,
                                  .misuse = {[AC_MISUSE_DOUBLE_FREE] = "double free"}};
    static const char *const fields[] = {"zero.malloc: declared block",
                                         "resize_zero.realloc: declared block",
                                         "invalid_alignment.aligned_alloc: declared refused",
                                         "errno_guaranteed.calloc: declared wrap",
                                         "min_alignment: declared 16, seen: 8",
                                         "realloc_keeps_alignment: ",
                                         "usable_exact: ",
                                         "misuse.double_free: declared double free"};
    char text[4096] = "";
    ac_measurement_contradictions(&measured, &declared, keep_field, text);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strstr(text, fields[i]) == NULL)
            fail_msg("no '%s' in:\n%s", fields[i], text);
    const struct ac_measurement ends = quickly((struct traits){.exhausted = DIES_WITH_WORDS});
    text[0] = '\0';
    ac_measurement_contradictions(&ends, &declared, keep_field, text);
    assert_non_null(strstr(text, "exhaustion_ends_process: declared false"));
}

static void the_profiles_of_this_build_hold(void **state) {
    (void)state;
    size_t count;
    const struct ac_allocator *const *all = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        const struct ac_target target = ac_target_of(all[i]);
        struct ac_measurement measured;
        char text[4096] = "";
        assert_true(ac_measure(&target, &(struct ac_measure_options){.depth = AC_MEASURE_ALL},
                               &measured, text, sizeof text));
        ac_measurement_contradictions(&measured, all[i]->profile, keep_field, text);
        if (text[0] != '\0')
            fail_msg("%s: %s", all[i]->name, text);
    }
}

/* --- the table of fields --- */

/* Every byte of a profile that is not padding belongs to one field. */
static void the_table_covers_the_profile(void **state) {
    (void)state;
    static const size_t sizes[] = {[AC_FIELD_TEXT] = sizeof(char *),
                                   [AC_FIELD_BOOL] = sizeof(bool),
                                   [AC_FIELD_SIZE] = sizeof(size_t),
                                   [AC_FIELD_CHOICE] = sizeof(enum ac_zero_size),
                                   [AC_FIELD_LIST] = sizeof(unsigned)};
    unsigned char covered[sizeof(struct ac_profile)] = {0};
    size_t count, missing = 0;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < sizes[fields[i].type]; byte++)
            assert_int_equal(covered[fields[i].offset + byte]++, 0);
    for (size_t i = 0; i < sizeof covered; i++)
        missing += covered[i] == 0;
    /* Four functions take no alignment, and five resize nothing; the rest is padding, which is less
     * than a word before or after each group of small fields. */
    const size_t unused = (4 + 5) * sizeof(enum ac_zero_size);
    assert_in_range(missing, unused, unused + 4 * (sizeof(size_t) - 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_0_is_read_as_it_is),
        cmocka_unit_test(a_measurement_ends_in_time),
        cmocka_unit_test(without_time_nothing_is_demanded),
        cmocka_unit_test(size_0_that_varies_is_reported),
        cmocka_unit_test(realloc_to_0_is_reported_apart),
        cmocka_unit_test(errno_is_guaranteed_where_it_is_set),
        cmocka_unit_test(errno_that_is_not_set_is_a_deviation),
        cmocka_unit_test(errno_that_varies_is_reported_and_guaranteed),
        cmocka_unit_test(what_cannot_be_granted_is_reported_with_its_call),
        cmocka_unit_test(invalid_alignments_are_reported_apart),
        cmocka_unit_test(exhaustion_may_end_the_process_with_a_message),
        cmocka_unit_test(an_end_without_a_message_is_no_policy),
        cmocka_unit_test(an_end_for_an_impossible_request_must_be_declared),
        cmocka_unit_test(what_is_always_seen_binds_only_where_declared),
        cmocka_unit_test(what_is_not_always_seen_is_not_guaranteed),
        cmocka_unit_test(boundaries_and_the_largest_request_are_found),
        cmocka_unit_test(boundaries_alone_are_measured_without_the_rest),
        cmocka_unit_test(misuse_is_caught_or_not),
        cmocka_unit_test(misuse_that_cannot_be_made_is_not_tried),
        cmocka_unit_test(a_declared_profile_that_holds_is_not_contradicted),
        cmocka_unit_test(each_trait_that_does_not_hold_is_named),
        cmocka_unit_test(the_profiles_of_this_build_hold),
        cmocka_unit_test(the_table_covers_the_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
