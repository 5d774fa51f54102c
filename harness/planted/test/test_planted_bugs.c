// SPDX-License-Identifier: MIT
// The program in each row of the table shows the planted bug by its oracle, and passes on the clean
// build.
#include "planted/planted.h"

#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "test/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ROUNDS = 50,   /* of race runs */
    CALL_MS = 500, /* enough for a sanitizer report on a busy machine */
};

static const char *verdict(const struct ac_report *report) {
    return report->found ? ac_oracle_info(report->finding.oracle)->id : "clean";
}

static void run(const struct ac_allocator *allocator, const char *text, struct ac_report *report) {
    const struct ac_child_options options = {
        .target = ac_target_of(allocator),
        .oracles = AC_ALL_ORACLES,
        .free_at_end = true,
        .call_ms = CALL_MS,
    };
    struct ac_program program;
    parse(&program, text);
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_replay(child, &program, report), AC_CHILD_RAN);
    ac_child_delete(child);
    ac_program_destroy(&program);
}

static void dies_of_its_oracle(void **state) {
    const struct ac_planted_bug *planted = *state;
    struct ac_report report;
    run(planted->allocator, planted->program, &report);
    const char *expected =
        planted->expected == AC_ORACLES ? "clean" : ac_oracle_info(planted->expected)->id;
    if (strcmp(verdict(&report), expected) != 0) {
        fail_msg("%s: %s expected, but %s (%s)", planted->name, expected, verdict(&report),
                 report.found ? report.finding.actual : "");
    }
}

/* Outside race runs, one thread runs at a time. */
static void handover_hides_it(void **state) {
    const struct ac_planted_bug *planted = *state;
    struct ac_report report;
    run(planted->allocator, planted->program, &report);
    if (report.found)
        fail_msg("%s: %s (%s)", planted->name, verdict(&report), report.finding.actual);
    assert_true(report.counts.calls > 0);
}

static void clean_build_survives_races(void **state) {
    const struct ac_planted_bug *planted = *state;
    const struct ac_child_options options = {
        .target = ac_target_of(planted->clean_build),
        .oracles = AC_ALL_ORACLES,
        .free_at_end = true,
        .call_ms = CALL_MS,
    };
    const struct ac_race_options race = {.seed = 1, .rounds = ROUNDS};
    struct ac_program program;
    struct ac_report report;
    parse(&program, planted->program);
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_race(child, &program, &race, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    ac_program_destroy(&program);
    if (report.found) {
        fail_msg("clean build of %s: %s (%s)", planted->name, verdict(&report),
                 report.finding.actual);
    }
    assert_true(report.counts.calls > 0);
}

static void clean_build_survives(void **state) {
    const struct ac_planted_bug *planted = *state;
    struct ac_report report;
    run(planted->clean_build, planted->program, &report);
    if (report.found) {
        fail_msg("clean build of %s: %s (%s)", planted->name, verdict(&report),
                 report.finding.actual);
    }
    assert_true(report.counts.calls > 0);
}

/* A bug that any program shows would not test its oracle. */
static void survives_some_program(void **state) {
    const struct ac_planted_bug *planted = *state;
    struct ac_report report;
    run(planted->allocator, "ops 1\np0 = memalign 16 100\ncheck p0\nfree p0\n", &report);
    if (report.found)
        fail_msg("%s: %s (%s)", planted->name, verdict(&report), report.finding.actual);
}

static void names_are_unique(void **state) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(planted_bugs[i].name, planted_bugs[j].name);
}

/* An oracle without a planted bug is not tested. */
static void every_oracle_has_a_planted_bug(void **state) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    ac_oracle_set seen = 0;
    (void)state;
    for (size_t i = 0; i < count; i++)
        if (planted_bugs[i].expected != AC_ORACLES)
            seen |= AC_ORACLE_BIT(planted_bugs[i].expected);
    size_t clean_build_count;
    const bool poisons = ac_clean_builds(&clean_build_count)[0]->instrumented;
    for (unsigned oracle = 0; oracle < AC_ORACLES; oracle++) {
        /* With poisoned live blocks, live-untouched finds writes by the allocator first. */
        const unsigned elsewhere = poisons ? AC_ORACLE_INTACT : AC_ORACLE_LIVE_UNTOUCHED;
        const bool needs_two = ac_oracle_info((enum ac_oracle)oracle)->when == AC_COMPARE;
        if (oracle != elsewhere && !needs_two && (seen & AC_ORACLE_BIT(oracle)) == 0)
            fail_msg("no planted-bug allocator for %s", ac_oracle_info((enum ac_oracle)oracle)->id);
    }
}

static struct CMUnitTest test_of(const struct ac_planted_bug *planted,
                                 CMUnitTestFunction function) {
    void *state = (void *)(uintptr_t)planted;
    return (struct CMUnitTest){planted->name, function, NULL, NULL, state};
}

int main(void) {
    size_t planted_count, count = 0;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&planted_count);
    struct CMUnitTest *tests = calloc(3 * planted_count + 2, sizeof *tests);
    if (tests == NULL)
        return 1;
    for (size_t i = 0; i < planted_count; i++) {
        const bool is_race = planted_bugs[i].is_race;
        tests[count++] =
            test_of(&planted_bugs[i], is_race ? handover_hides_it : dies_of_its_oracle);
        tests[count++] =
            test_of(&planted_bugs[i], is_race ? clean_build_survives_races : clean_build_survives);
        tests[count++] = test_of(&planted_bugs[i], survives_some_program);
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(names_are_unique);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_oracle_has_a_planted_bug);
    const int failed = _cmocka_run_group_tests("planted_bugs", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
