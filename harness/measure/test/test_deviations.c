// SPDX-License-Identifier: MIT
// Every deviation has a program of a few calls that shows it to the strict profile, and not to one
// that accepts it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "traits.h"

#include "allocheck/child.h"
#include "allocheck/deviation.h"

enum { MOST_CALLS = 4, MOST_PROGRAMS = 64 };

static struct ac_measurement measured;

static void measure(struct traits made) {
    const struct ac_target target = ac_target_of(&traits_allocator);
    char trouble[AC_LIBRARY_ERROR];
    traits = made;
    const struct ac_measure_options options = {.depth = AC_MEASURE_TO_CHECK};
    assert_true(ac_measure(&target, &options, &measured, trouble, sizeof trouble));
}

static bool shows(const struct ac_program *program, const struct ac_profile *profile,
                  enum ac_oracle oracle) {
    struct ac_child_options options = {
        .target = ac_target_of(&traits_allocator), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_report report;
    options.target.profile = profile;
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_run(child, program, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    return report.found && report.finding.oracle == oracle;
}

struct counted {
    enum ac_deviation_kind kind;
    enum ac_oracle oracle;
    bool acceptable;
    unsigned count, others;
};

/* The first program that shows it. */
static void find_program(const struct ac_deviation *deviation, const struct ac_profile *strict,
                         enum ac_oracle oracle, struct ac_program *program) {
    unsigned index = 0;
    while (index < MOST_PROGRAMS && ac_deviation_program(deviation, index, program)) {
        assert_in_range(program->count, 1, MOST_CALLS);
        if (shows(program, strict, oracle))
            return;
        index++;
    }
    fail_msg("no program shows deviation %d", (int)deviation->kind);
}

static bool check(void *ctx, const struct ac_deviation *deviation) {
    struct counted *counted = ctx;
    static struct ac_profile_copy strict, accepting;
    struct ac_program program;
    if (deviation->kind != counted->kind) {
        counted->others++;
        return true;
    }
    counted->count++;
    ac_measurement_strict_profile(&measured, "traits", &strict);
    ac_measurement_strict_profile(&measured, "traits", &accepting);
    ac_deviation_accept(deviation, &accepting.profile);
    ac_program_init(&program);
    find_program(deviation, &strict.profile, counted->oracle, &program);
    assert_int_equal(shows(&program, &accepting.profile, counted->oracle), !counted->acceptable);
    ac_program_destroy(&program);
    return true;
}

static unsigned deviations(struct traits made, enum ac_deviation_kind kind, enum ac_oracle oracle,
                           bool acceptable) {
    struct counted counted = {.kind = kind, .oracle = oracle, .acceptable = acceptable};
    measure(made);
    ac_measurement_deviations(&measured, check, &counted);
    assert_int_equal(counted.others, 0);
    return counted.count;
}

static void a_wrong_errno(void **state) {
    (void)state;
    assert_in_range(
        deviations((struct traits){.error = -1}, AC_DEVIATION_ERRNO, AC_ORACLE_ERRNO, true), 4, 12);
}

static void an_invalid_alignment_accepted(void **state) {
    (void)state;
    assert_int_equal(deviations((struct traits){.takes_alignments = true}, AC_DEVIATION_ALIGNMENT,
                                AC_ORACLE_ERRNO, true),
                     1);
}

static void an_impossible_request_granted(void **state) {
    (void)state;
    assert_int_equal(deviations((struct traits){.wraps = true}, AC_DEVIATION_GRANTED,
                                AC_ORACLE_MUST_FAIL, false),
                     1);
}

static void a_shared_block_of_0_bytes(void **state) {
    (void)state;
    assert_true(deviations((struct traits){.zero = ZERO_SHARED}, AC_DEVIATION_SHARED,
                           AC_ORACLE_ZERO_SIZE, false) >= 1);
}

static void blocks_aligned_to_8_bytes(void **state) {
    (void)state;
    assert_int_equal(deviations((struct traits){.aligned_to_8 = true}, AC_DEVIATION_MISALIGNED,
                                AC_ORACLE_ALIGNED, true),
                     1);
}

static void a_crash(void **state) {
    (void)state;
    struct ac_program program;
    struct counted counted = {.kind = AC_DEVIATION_ERRNO};
    measure((struct traits){.exhausted = DIES_SILENT});
    ac_measurement_deviations(&measured, check, &counted);
    assert_true(counted.others >= 4);
    ac_program_init(&program);
    const struct ac_deviation first = {.measured = &measured,
                                       .kind = AC_DEVIATION_FATAL,
                                       .function =
                                           (enum ac_function)measured.fatal_call[0].function,
                                       .call = &measured.fatal_call[0]};
    assert_true(ac_deviation_program(&first, 0, &program));
    assert_true(shows(&program, NULL, AC_ORACLE_SURVIVES));
    ac_program_destroy(&program);
}

static void none(void **state) {
    (void)state;
    struct counted counted = {.kind = AC_DEVIATION_ERRNO};
    measure((struct traits){.error = 0});
    ac_measurement_deviations(&measured, check, &counted);
    assert_int_equal(counted.count + counted.others, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none),
        cmocka_unit_test(a_wrong_errno),
        cmocka_unit_test(an_invalid_alignment_accepted),
        cmocka_unit_test(an_impossible_request_granted),
        cmocka_unit_test(a_shared_block_of_0_bytes),
        cmocka_unit_test(blocks_aligned_to_8_bytes),
        cmocka_unit_test(a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
