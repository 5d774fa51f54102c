// SPDX-License-Identifier: MIT
// The limits of shrink_finding: tries, which give the same result on any machine, and time.
#define _GNU_SOURCE /* usleep */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "shrink/reduction.h"
#include "test/parse.h"
#include "test/toy.h"

/* --- calloc is dirty, and malloc may be slow --- */

static unsigned slow_us;

static void *slow_malloc(void *heap, size_t size) {
    usleep(slow_us);
    return toy_malloc(heap, size);
}

static const struct ac_allocator slow =
    TOY("slow", &toy_profile, slow_malloc, toy_free, .calloc = toy_dirty_calloc);

static const char *const text = "ops 1\nrepeat 5: p1 = malloc 300\np7 = malloc 77\n"
                                "p8 = calloc 9 9\nfree p7\np3 = calloc 7 700\n";

static const struct ac_boundaries no_boundaries;

static struct shrink_task task_of(unsigned jobs) {
    return (struct shrink_task){.child = {.target = ac_target_of(&slow), .oracles = AC_ALL_ORACLES},
                                .wanted = AC_ORACLE_BIT(AC_ORACLE_ZEROED),
                                .boundaries = &no_boundaries,
                                .jobs = jobs};
}

/* --- tries --- */

static void shrink_with(struct ac_program *program, unsigned jobs, unsigned us, uint64_t tries) {
    struct shrink_task task = task_of(jobs);
    struct shrink_outcome outcome;
    slow_us = us;
    task.most_tries = tries;
    parse(program, text);
    assert_int_equal(shrink_finding(program, &task, &outcome), SHRINK_DONE);
    assert_int_equal(outcome.tries, tries);
    assert_true(outcome.stopped);
    assert_false(outcome.minimal);
}

static void tries_end_the_search_at_the_same_program(void **state) {
    (void)state;
    for (uint64_t tries = 1; tries <= 12; tries += 11) {
        struct ac_program first, slower, together;
        shrink_with(&first, 1, 0, tries);
        shrink_with(&slower, 1, 2000, tries);
        shrink_with(&together, 3, 0, tries);
        assert_true(ac_program_equal(&first, &slower));
        assert_true(ac_program_equal(&first, &together));
        ac_program_destroy(&first);
        ac_program_destroy(&slower);
        ac_program_destroy(&together);
    }
}

/* --- time --- */

/* Verifies a program when the time is over, and a call takes long. */
static bool is_kept(bool fresh, unsigned shown) {
    struct shrink_task task = task_of(1);
    struct shrink_outcome outcome = {.shown = shown, .runs = 3};
    struct reduction reduction = {.task = &task,
                                  .outcome = &outcome,
                                  .predicate = {.task = &task, .fresh = fresh},
                                  .end_ms = 1};
    struct ac_program program;
    slow_us = 300000;
    task.most_ms = 1;
    parse(&program, text);
    const bool kept = reduction_verify(&reduction, &program);
    ac_program_destroy(&program);
    return kept;
}

/* The runs of the search have to do then, if they can. */
static void verifying_ends_with_the_time(void **state) {
    (void)state;
    assert_true(is_kept(true, 3));
    assert_false(is_kept(false, 3));
    assert_false(is_kept(true, 2)); /* flaky */
}

/* A signal that asks for the end cuts it short, too, but not at once. */
static bool always(void) {
    return true;
}

static bool is_over(void *ctx) {
    (void)ctx;
    return true;
}

static void a_signal_leaves_time_to_verify(void **state) {
    (void)state;
    struct shrink_task task = task_of(1);
    struct shrink_outcome outcome = {.shown = 3, .runs = 3};
    struct reduction reduction = {.task = &task, .outcome = &outcome, .predicate = {.task = &task}};
    struct ac_program program;
    parse(&program, text);
    slow_us = 5000; /* a run takes longer than a child waits for `stop' */
    task.stop = is_over;
    task.child.stop = always;
    reduction.predicate.wanted = (struct finding_kind){AC_ORACLE_ZEROED, AC_OP_CALLOC};
    assert_true(reduction_verify(&reduction, &program));
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tries_end_the_search_at_the_same_program),
        cmocka_unit_test(verifying_ends_with_the_time),
        cmocka_unit_test(a_signal_leaves_time_to_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
