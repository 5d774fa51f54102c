// SPDX-License-Identifier: MIT
// The limits of shrink_finding: tries, which give the same result on any machine, and time.
#define _GNU_SOURCE /* usleep, MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "allocheck/codec.h"
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

/* --- a race whose simpler programs show it less often --- */

static bool *lucky; /* shared with child processes */

/* Of the process, which makes the same program again and again. */
static _Atomic unsigned met[79], met_others;

static void *racing_malloc(void *heap, size_t size) {
    if (size == 77 || size == 78)
        met[size]++;
    else
        met_others += size > 100;
    const bool at_once = met[78] > 0, late = met[77] >= 20 && met_others == 0 && *lucky;
    if (size == 77 && (at_once || late))
        toy_misbehave(TOY_CRASHES);
    return toy_malloc(heap, size);
}

static const struct ac_allocator racing = TOY("racing", &toy_profile, racing_malloc, toy_free);

static int share_luck(void **state) {
    (void)state;
    lucky = mmap(NULL, sizeof *lucky, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return lucky == MAP_FAILED;
}

static int unshare_luck(void **state) {
    (void)state;
    return munmap(lucky, sizeof *lucky);
}

typedef void tick_function(void *ctx, const struct shrink_progress *progress);

/* `left` is what should be left. */
static void shrink_racing(const char *left, struct shrink_outcome *outcome, tick_function *tick,
                          bool (*stop)(void *)) {
    const struct ac_race_options race = {.seed = 1, .rounds = 100};
    const struct shrink_task task = {
        .child = {.target = ac_target_of(&racing), .oracles = AC_ALL_ORACLES},
        .race = &race,
        .boundaries = &no_boundaries,
        .jobs = 1,
        .tick = tick,
        .stop = stop};
    struct ac_program program;
    char text_left[200];
    parse(&program, "ops 1\non 1: p1 = malloc 300\non 2: p2 = malloc 301\n"
                    "on 1: p3 = malloc 78\non 1: p4 = malloc 77\non 2: p5 = malloc 9\n");
    assert_int_equal(shrink_finding(&program, &task, outcome), SHRINK_DONE);
    assert_int_equal(outcome->finding.oracle, AC_ORACLE_SURVIVES);
    ac_print(&program, text_left, sizeof text_left);
    assert_string_equal(text_left, left);
    ac_program_destroy(&program);
}

/* So many rounds at first that the original program shows it; then more. */
static void a_race_is_searched_with_more_rounds(void **state) {
    (void)state;
    struct shrink_outcome outcome;
    *lucky = true;
    shrink_racing("ops 1\np0 = malloc 0\non 1: p1 = malloc 77\n", &outcome, NULL, NULL);
    assert_true(outcome.minimal);
}

/* Called before each candidate, with `stop' after it; verifying calls only that. */
static bool is_searching;

static void note_search(void *ctx, const struct shrink_progress *progress) {
    (void)ctx, (void)progress;
    is_searching = true;
}

static bool luck_ends_with_the_search(void *ctx) {
    (void)ctx;
    *lucky = is_searching;
    is_searching = false;
    return false;
}

static void what_cannot_be_verified_gives_way_to_what_was_before(void **state) {
    (void)state;
    struct shrink_outcome outcome;
    *lucky = false;
    shrink_racing("ops 1\np0 = malloc 78\non 1: p1 = malloc 77\n", &outcome, note_search,
                  luck_ends_with_the_search);
    assert_false(outcome.minimal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tries_end_the_search_at_the_same_program),
        cmocka_unit_test(verifying_ends_with_the_time),
        cmocka_unit_test(a_signal_leaves_time_to_verify),
        cmocka_unit_test_setup_teardown(a_race_is_searched_with_more_rounds, share_luck,
                                        unshare_luck),
        cmocka_unit_test_setup_teardown(what_cannot_be_verified_gives_way_to_what_was_before,
                                        share_luck, unshare_luck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
