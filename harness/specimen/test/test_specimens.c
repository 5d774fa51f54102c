// SPDX-License-Identifier: MIT
// Every specimen dies of its oracle by the program that its row names, and its twin survives it.
#include "specimen.h"

#include "allocheck/child.h"
#include "allocheck/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ROUNDS = 50,   /* of race runs */
    CALL_MS = 500, /* enough for a report of a sanitizer on a machine at work */
};

static const char *verdict(const struct ac_report *report) {
    return report->found ? ac_oracle_info(report->finding.oracle)->id : "clean";
}

static void parse(struct ac_program *program, const char *text) {
    struct ac_text_error error;
    ac_program_init(program);
    if (!ac_parse(program, text, strlen(text), &error, NULL)) {
        fail_msg("%zu:%zu: expected %s in\n%s", error.line, error.column, error.expected, text);
    }
}

static void run(const struct ac_allocator *allocator, const char *text, struct ac_report *report) {
    const struct ac_child_options options = {
        .subject = ac_subject_of(allocator),
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
    const struct ac_specimen *specimen = *state;
    struct ac_report report;
    run(specimen->allocator, specimen->program, &report);
    const char *expected =
        specimen->expected == AC_ORACLES ? "clean" : ac_oracle_info(specimen->expected)->id;
    if (strcmp(verdict(&report), expected) != 0) {
        fail_msg("%s: %s expected, but %s (%s)", specimen->name, expected, verdict(&report),
                 report.found ? report.finding.actual : "");
    }
}

/* Under hand-over threads take turns. */
static void turns_hide_it(void **state) {
    const struct ac_specimen *specimen = *state;
    struct ac_report report;
    run(specimen->allocator, specimen->program, &report);
    if (report.found) {
        fail_msg("%s: %s (%s)", specimen->name, verdict(&report), report.finding.actual);
    }
    assert_true(report.counts.calls > 0);
}

static void twin_survives_races(void **state) {
    const struct ac_specimen *specimen = *state;
    const struct ac_child_options options = {
        .subject = ac_subject_of(specimen->twin),
        .oracles = AC_ALL_ORACLES,
        .free_at_end = true,
        .call_ms = CALL_MS,
    };
    const struct ac_race_options race = {.seed = 1, .rounds = ROUNDS};
    struct ac_program program;
    struct ac_report report;
    parse(&program, specimen->program);
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_race(child, &program, &race, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    ac_program_destroy(&program);
    if (report.found) {
        fail_msg("twin of %s: %s (%s)", specimen->name, verdict(&report), report.finding.actual);
    }
    assert_true(report.counts.calls > 0);
}

static void twin_survives(void **state) {
    const struct ac_specimen *specimen = *state;
    struct ac_report report;
    run(specimen->twin, specimen->program, &report);
    if (report.found) {
        fail_msg("twin of %s: %s (%s)", specimen->name, verdict(&report), report.finding.actual);
    }
    assert_true(report.counts.calls > 0);
}

/* A bug that any program shows proves nothing about the oracle that finds it. */
static void survives_some_program(void **state) {
    const struct ac_specimen *specimen = *state;
    struct ac_report report;
    run(specimen->allocator, "ops 1\np0 = memalign 16 100\ncheck p0\nfree p0\n", &report);
    if (report.found) {
        fail_msg("%s: %s (%s)", specimen->name, verdict(&report), report.finding.actual);
    }
}

static void names_are_unique(void **state) {
    size_t count;
    const struct ac_specimen *specimens = ac_specimens(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(specimens[i].name, specimens[j].name);
        }
    }
}

/* An oracle without a specimen has never been seen to fire. */
static void every_oracle_has_a_specimen(void **state) {
    size_t count;
    const struct ac_specimen *specimens = ac_specimens(&count);
    ac_oracle_set seen = 0;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (specimens[i].expected != AC_ORACLES) {
            seen |= AC_ORACLE_BIT(specimens[i].expected);
        }
    }
    size_t twin_count;
    const bool poisons = ac_twins(&twin_count)[0]->instrumented;
    for (unsigned oracle = 0; oracle < AC_ORACLES; oracle++) {
        /* A byte that the allocator itself writes is lent-untouched where that is offered. */
        const unsigned elsewhere = poisons ? AC_ORACLE_INTACT : AC_ORACLE_LENT_UNTOUCHED;
        const bool needs_two = ac_oracle_info((enum ac_oracle)oracle)->when == AC_COMPARE;
        if (oracle != elsewhere && !needs_two && (seen & AC_ORACLE_BIT(oracle)) == 0) {
            fail_msg("no specimen for %s", ac_oracle_info((enum ac_oracle)oracle)->id);
        }
    }
}

static struct CMUnitTest test_of(const struct ac_specimen *specimen, CMUnitTestFunction function) {
    void *state = (void *)(uintptr_t)specimen;
    return (struct CMUnitTest){specimen->name, function, NULL, NULL, state};
}

int main(void) {
    size_t specimen_count, count = 0;
    const struct ac_specimen *specimens = ac_specimens(&specimen_count);
    struct CMUnitTest *tests = calloc(3 * specimen_count + 2, sizeof *tests);
    if (tests == NULL) {
        return 1;
    }
    for (size_t i = 0; i < specimen_count; i++) {
        const bool is_race = specimens[i].is_race;
        tests[count++] = test_of(&specimens[i], is_race ? turns_hide_it : dies_of_its_oracle);
        tests[count++] = test_of(&specimens[i], is_race ? twin_survives_races : twin_survives);
        tests[count++] = test_of(&specimens[i], survives_some_program);
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(names_are_unique);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_oracle_has_a_specimen);
    const int failed = _cmocka_run_group_tests("specimens", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
