// SPDX-License-Identifier: MIT
// no-growth in races: blocks that threads lose are found, and nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/race.h"
#include "lossy.h"
#include "test/parse.h"

enum { CALL_MS = 2000, ROUNDS = 5 };

static const char contending[] = "ops 1\n"
                                 "repeat 10: on 1: p0 = malloc 300\nrepeat 10: on 1: free p0\n"
                                 "repeat 10: on 2: p100 = malloc 200\nrepeat 10: on 2: free p100\n"
                                 "repeat 10: on 3: p200 = malloc 100\nrepeat 5: on 1: free p200\n";
static const char exiting[] = "ops 1\non 1: p0 = malloc 300\nexit 1\non 1: free p0\n"
                              "on 2: p1 = malloc 300\n";

static struct ac_report race(const struct ac_allocator *allocator, const struct ac_program *program,
                             uint64_t seed, uint32_t growth_rounds) {
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = CALL_MS};
    const struct ac_race_options how = {
        .seed = seed, .rounds = ROUNDS, .growth_rounds = growth_rounds};
    struct ac_report report;
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_race(child, program, &how, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    return report;
}

static struct ac_report race_text(const struct ac_allocator *allocator, const char *text,
                                  uint32_t growth_rounds) {
    struct ac_program program;
    parse(&program, text);
    const struct ac_report report = race(allocator, &program, 1, growth_rounds);
    ac_program_destroy(&program);
    return report;
}

static void expect_clean(const struct ac_report *report) {
    if (report->found) {
        fail_msg("%s at op %u: %s", ac_oracle_info(report->finding.oracle)->id, report->finding.op,
                 report->finding.actual);
    }
}

static void expect_growth(const struct ac_report *report, uint32_t end) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, "no-growth");
    assert_int_equal(report->finding.op, end);
}

/* --- lost blocks --- */

static void what_a_race_loses_is_found(void **state) {
    (void)state;
    const struct ac_report report = race_text(&lossy_races, contending, AC_RACE_GROWTH_ROUNDS);
    expect_growth(&report, 6);
}

/* Resident memory rises for other reasons too. */
static void without_a_page_source_it_does_not_check(void **state) {
    (void)state;
    const struct ac_report report = race_text(&lossy_resident, contending, AC_RACE_GROWTH_ROUNDS);
    expect_clean(&report);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 0);
}

static void what_the_end_of_a_thread_loses_is_found(void **state) {
    (void)state;
    const struct ac_report report = race_text(&lossy_exits, exiting, AC_RACE_GROWTH_ROUNDS);
    expect_growth(&report, 4);
}

/* A single thread loses nothing. */
static void handover_hides_it(void **state) {
    (void)state;
    const struct ac_report report = race_text(
        &lossy_races, "ops 1\nrepeat 10: on 1: p0 = malloc 300\nrepeat 10: on 1: free p0\n",
        AC_RACE_GROWTH_ROUNDS);
    expect_clean(&report);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 1);
}

/* --- clean programs --- */

static void what_comes_to_rest_is_clean(void **state) {
    (void)state;
    const char *const texts[] = {contending, exiting};
    for (size_t i = 0; i < 2; i++) {
        const struct ac_report report = race_text(&lossy_never, texts[i], AC_RACE_GROWTH_ROUNDS);
        expect_clean(&report);
        assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 1);
    }
}

static void it_checks_only_where_it_is_asked_to(void **state) {
    (void)state;
    const struct ac_report report = race_text(&lossy_races, contending, 0);
    expect_clean(&report);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 0);
}

/* Memory that a program makes unusable is not the allocator's fault. */
static void an_open_loop_is_not_checked(void **state) {
    (void)state;
    const struct ac_report report =
        race_text(&lossy_races, "ops 1\non 1: p0 = malloc 300\non 2: p1 = malloc 300\nrefuse 1\n",
                  AC_RACE_GROWTH_ROUNDS);
    expect_clean(&report);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 0);
}

static void generated_programs_come_to_rest(void **state) {
    (void)state;
    enum { PROGRAMS = 8 };
    size_t count;
    uint64_t checked = 0;
    const struct ac_allocator *const *allocators = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        const struct ac_generate_options options = {
            .sources = allocators[i]->sources, .groups = UINT16_MAX, .max_ops = 40};
        for (uint64_t seed = 1; seed <= PROGRAMS && allocators[i]->open != NULL; seed++) {
            struct ac_program program;
            ac_program_init(&program);
            assert_true(ac_generate(&program, seed, &options));
            ac_race_spread(&program, seed);
            const struct ac_report report =
                race(allocators[i], &program, seed, AC_RACE_GROWTH_SHORT);
            expect_clean(&report);
            checked += report.checked[AC_ORACLE_NO_GROWTH];
            ac_program_destroy(&program);
        }
        assert_true(checked > 0 || allocators[i]->open == NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_race_loses_is_found),
        cmocka_unit_test(without_a_page_source_it_does_not_check),
        cmocka_unit_test(what_the_end_of_a_thread_loses_is_found),
        cmocka_unit_test(handover_hides_it),
        cmocka_unit_test(what_comes_to_rest_is_clean),
        cmocka_unit_test(it_checks_only_where_it_is_asked_to),
        cmocka_unit_test(an_open_loop_is_not_checked),
        cmocka_unit_test(generated_programs_come_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
