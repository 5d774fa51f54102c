// SPDX-License-Identifier: MIT
// How many race runs confirm a finding.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/parse.h"
#include "test/toy.h"
#include "tool/clock.h"
#include "tool/race.h"

static const struct ac_allocator fails = TOY("fails", &toy_profile, toy_fails, toy_free);

static struct race_confirmation confirm(const char *text, enum ac_oracle oracle,
                                        uint64_t enough_ms) {
    const struct ac_child_options options = {.target = ac_target_of(&fails),
                                             .oracles = AC_ALL_ORACLES};
    const struct racing racing = {.on = true, .rounds = 2, .seed = 1};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    assert_non_null(child);
    parse(&program, text);
    const struct race_confirmation confirmation =
        race_confirm(child, &program, &racing, oracle, enough_ms);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return confirmation;
}

static const char *const crashes = "ops 1\non 1: p1 = malloc 502\non 2: p2 = malloc 1\n";
static const char *const right = "ops 1\non 1: p1 = malloc 50\non 2: p2 = malloc 1\n";

static void all_runs_count(void **state) {
    (void)state;
    const struct race_confirmation shown = confirm(crashes, AC_ORACLE_SURVIVES, 0);
    assert_int_equal(shown.runs, RACE_CONFIRMATIONS);
    assert_int_equal(shown.shown, RACE_CONFIRMATIONS);
    assert_int_equal(confirm(crashes, AC_ORACLE_SURVIVES, UINT64_MAX).runs, RACE_CONFIRMATIONS);
}

static void three_that_show_it_are_enough_when_the_time_is_over(void **state) {
    (void)state;
    const struct race_confirmation shown = confirm(crashes, AC_ORACLE_SURVIVES, clock_ms());
    assert_int_equal(shown.runs, 3);
    assert_int_equal(shown.shown, 3);
}

static void runs_that_do_not_show_it_are_never_enough(void **state) {
    (void)state;
    const struct race_confirmation shown = confirm(right, AC_ORACLE_SURVIVES, clock_ms());
    assert_int_equal(shown.runs, RACE_CONFIRMATIONS);
    assert_int_equal(shown.shown, 0);
    assert_int_equal(confirm(crashes, AC_ORACLE_INTACT, clock_ms()).shown, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_runs_count),
        cmocka_unit_test(three_that_show_it_are_enough_when_the_time_is_over),
        cmocka_unit_test(runs_that_do_not_show_it_are_never_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
