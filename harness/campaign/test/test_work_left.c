// SPDX-License-Identifier: MIT
// The time left of a scope: by class, with what is not yet seen taken from the longest class seen.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "campaign/work_left.h"

enum { CLASSES = 3 };

static void assert_near(double value, double expected) {
    const double off = value - expected;
    assert_true(off < 1e-9 && off > -1e-9);
}

static struct engine_estimate estimate_of(const uint64_t planned[CLASSES],
                                          const struct campaign_class done[CLASSES],
                                          unsigned jobs) {
    struct work_left left = {.done_us = 0};
    struct engine_estimate estimate;
    work_left_add(&left, planned, done, CLASSES);
    assert_true(work_left_estimate(&left, jobs, &estimate));
    return estimate;
}

static void test_nothing_is_known_at_first(void **state) {
    (void)state;
    const uint64_t planned[CLASSES] = {10, 100, 1000};
    const struct campaign_class done[CLASSES] = {{0, 0}};
    struct work_left left = {.done_us = 0};
    struct engine_estimate estimate;
    work_left_add(&left, planned, done, CLASSES);
    assert_false(work_left_estimate(&left, 1, &estimate));
}

/* Ten programs of an op took 1 s: those of two and three ops take at least two and three times as
 * long each. */
static void test_unseen_classes_are_at_least(void **state) {
    (void)state;
    const uint64_t planned[CLASSES] = {10, 100, 1000};
    const struct campaign_class done[CLASSES] = {{10, 1000000}};
    const struct engine_estimate one = estimate_of(planned, done, 1);
    assert_true(one.at_least);
    assert_near(one.seconds_left, 20 + 300);
    assert_near(one.share, 1 / 321.0);
    assert_near(estimate_of(planned, done, 4).seconds_left, 80);
}

static void test_seen_classes_count_as_measured(void **state) {
    (void)state;
    const uint64_t planned[CLASSES] = {10, 100, 1000};
    const struct campaign_class done[CLASSES] = {{10, 9000000}, {100, 1000}, {500, 500000}};
    const struct engine_estimate estimate = estimate_of(planned, done, 1);
    assert_false(estimate.at_least);
    assert_near(estimate.seconds_left, 0.5);
}

/* The kind that found no time yet hides how long it takes. Slow replays of short programs say
 * nothing about the others. */
static void test_kinds_are_apart(void **state) {
    (void)state;
    const uint64_t planned[CLASSES] = {10, 100, 1000}, replays[CLASSES] = {10, 0, 0};
    const struct campaign_class done[CLASSES] = {{10, 10}, {100, 200}, {100, 300}};
    struct campaign_class replayed[CLASSES] = {{0, 0}};
    struct work_left left = {.done_us = 0};
    struct engine_estimate estimate;
    work_left_add(&left, planned, done, CLASSES);
    work_left_add(&left, replays, replayed, CLASSES);
    assert_true(work_left_estimate(&left, 1, &estimate));
    assert_true(estimate.at_least);
    assert_near(estimate.seconds_left, 0.0027);
    replayed[0] = (struct campaign_class){5, 5000000};
    left = (struct work_left){.done_us = 0};
    work_left_add(&left, planned, done, CLASSES);
    work_left_add(&left, replays, replayed, CLASSES);
    assert_true(work_left_estimate(&left, 1, &estimate));
    assert_false(estimate.at_least);
    assert_near(estimate.seconds_left, 5.0027);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known_at_first),
        cmocka_unit_test(test_unseen_classes_are_at_least),
        cmocka_unit_test(test_seen_classes_count_as_measured),
        cmocka_unit_test(test_kinds_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
