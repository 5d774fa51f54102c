// SPDX-License-Identifier: MIT
// Programs on several threads: each call is made on its thread, in its frame.
#define _GNU_SOURCE /* gettid, sched_getaffinity */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "logger.h"

/* --- which thread runs what --- */

static void each_call_is_made_on_its_thread(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "p0 = malloc 1\n"
                                  "on 1: p1 = malloc 2\n"
                                  "on 5: p2 = malloc 3\n"
                                  "on 1: free p0\n"
                                  "free p1\n"
                                  "on 5: free p2\n"
                                  "on 1: p3 = malloc 4\n");
    const struct call *calls = logger.calls;
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 7);
    assert_int_equal(report.counts.not_offered, 0);
    const pid_t expected[] = {gettid(), calls[1].thread, calls[2].thread, calls[1].thread,
                              gettid(), calls[2].thread, calls[1].thread, gettid()};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(calls[i].thread, expected[i]);
    assert_int_not_equal(calls[1].thread, gettid());
    assert_int_not_equal(calls[2].thread, gettid());
    assert_int_not_equal(calls[1].thread, calls[2].thread);
    assert_int_equal(calls[0].size, 1);
    assert_int_equal(calls[1].size, 2);
    assert_int_equal(calls[5].size, 3);
}

static void threads_that_used_an_instance_leave_it_before_it_is_closed(void **state) {
    (void)state;
    run("ops 1\non 2: p0 = malloc 1\non 1: free p0\n");
    assert_calls(0, "mfxxxc");
    assert_int_equal(logger.calls[2].thread, logger.calls[1].thread);
    assert_int_equal(logger.calls[3].thread, logger.calls[0].thread);
    assert_int_equal(logger.calls[4].thread, gettid());
    assert_int_equal(run("ops 1\np0 = malloc 1\nfree p0\n").counts.calls, 2);
    assert_calls(0, "mfxc");
}

static void repeats_stay_on_their_thread(void **state) {
    (void)state;
    run("ops 1\nrepeat 3: on 1: p0 = malloc 8\nfree_every 1\n");
    assert_int_not_equal(logger.calls[0].thread, gettid());
    assert_int_equal(logger.calls[2].thread, logger.calls[0].thread);
    assert_int_equal(logger.calls[3].thread, gettid());
}

static void all_threads_can_be_used(void **state) {
    (void)state;
    char text[1024] = "ops 1\n";
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        char line[64];
        snprintf(line, sizeof line, "on %u: p%u = malloc %u\n", i, i, i);
        strcat(text, line);
    }
    assert_false(run(text).found);
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        assert_int_equal(logger.calls[i].size, i);
        for (unsigned j = 0; j < i; j++)
            assert_int_not_equal(logger.calls[i].thread, logger.calls[j].thread);
    }
}

static void threads_serve_one_program_after_another(void **state) {
    (void)state;
    struct ac_runner *runner = new_runner(&logger_allocator);
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    const pid_t first = logger.calls[0].thread;
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    assert_int_equal(logger.calls[0].thread, first);
    assert_true(logger.calls[0].before > 0);
    ac_runner_delete(runner);
}

static void the_main_thread_may_run_where_it_did(void **state) {
    (void)state;
    cpu_set_t before, after;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    run("ops 1\non 1: p0 = malloc 1\n");
    run("ops 1\non 1: p0 = malloc 52\n");
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

static void signals_from_outside_are_the_main_threads(void **state) {
    (void)state;
    run("ops 1\non 1: p0 = malloc 56\n");
    assert_int_equal(sigismember(&logger.blocked, SIGALRM), 1);
    assert_int_equal(sigismember(&logger.blocked, SIGINT), 1);
    assert_int_equal(sigismember(&logger.blocked, SIGSEGV), 0);
    run("ops 1\np0 = malloc 56\n");
    assert_int_equal(sigismember(&logger.blocked, SIGALRM), 0);
}

static void answers_are_the_same_each_time(void **state) {
    (void)state;
    static const char text[] = "ops 1\n"
                               "on 1: p0 = malloc 10\n"
                               "on 2: p1 = malloc 70\n"
                               "exit 1\n"
                               "on 1: p2 = malloc 20\n"
                               "on 3: free p0\n";
    struct ac_runner *runner = new_runner(&logger_allocator);
    const uint64_t first = run_in(runner, text, false).digest;
    assert_true(run_in(runner, text, false).digest == first);
    assert_false(run_in(runner, text, true).found);
    ac_runner_delete(runner);
    assert_true(run(text).digest == first);
}

/* --- frames --- */

static void frames_of_threads_lie_side_by_side(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "on 1: enter\n"
                                  "enter\n"
                                  "on 1: p0 = alloca 100\n"
                                  "p1 = alloca 200\n"
                                  "on 2: enter\n"
                                  "on 1: p2 = vla 3 10\n"
                                  "on 2: p3 = alloca 50\n"
                                  "on 1: enter\n"
                                  "on 1: p4 = alloca 7\n"
                                  "leave\n"
                                  "check p0\n"
                                  "check p4\n"
                                  "on 1: leave\n"
                                  "on 2: check p0\n"
                                  "check p1\n"
                                  "on 1: leave\n"
                                  "check p3\n"
                                  "on 1: p5 = malloc 10\n"
                                  "check_all\n");
    assert_false(report.found);
    assert_int_equal(report.counts.empty, 1); /* p1 has ended */
    assert_true(report.checked[AC_ORACLE_FRAME] > 10);
}

static void a_frame_is_left_on_its_own_thread_only(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\non 1: enter\nleave\non 2: p0 = alloca 8\non 1: leave\n");
    assert_int_equal(report.counts.empty, 2);
}

static void an_exit_leaves_the_frames(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "repeat 3: on 1: enter\n"
                                  "on 1: p0 = alloca 100\n"
                                  "exit 1\n"
                                  "check p0\n"
                                  "on 1: leave\n");
    assert_false(report.found);
    assert_int_equal(report.counts.empty, 2);
}

static void stacks_are_as_large_as_frames_may_be(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "repeat 48: on 1: enter\n"
                                  "repeat 48: on 7: enter\n"
                                  "repeat 200: on 1: p100 = vla 2 500\n"
                                  "on 7: p0 = alloca 262144\n"
                                  "on 1: p1 = alloca 62144\n"
                                  "on 1: enter\n"
                                  "check_all\n");
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 1);
}

static void the_allocators_own_frames_are_the_main_threads(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "with frames=own\n"
                                  "enter\n"
                                  "on 1: enter\n"
                                  "p0 = alloca 8\n"
                                  "on 1: p1 = alloca 8\n"
                                  "on 1: leave\n"
                                  "on 1: free p0\n"
                                  "leave\n");
    assert_false(report.found);
    assert_int_equal(report.counts.not_offered, 3);
    assert_int_equal(report.counts.empty, 1);
}

/* --- other allocators --- */

static void an_allocator_without_instances_runs_on_threads(void **state) {
    (void)state;
    static const char text[] = "ops 1\n"
                               "repeat 20: on 1: p0 = malloc 40\n"
                               "repeat 10: on 2: free p0\n"
                               "on 3: p50 = calloc 30 100\n"
                               "on 1: free_at_exit p50 1\n"
                               "exit 1\n"
                               "repeat 20: on 1: p20 = malloc 40\n"
                               "exit 3\n"
                               "check_all\n"
                               "repeat 10: free p10\n"
                               "on 2: p20 = realloc p20 9000\n";
    struct ac_runner *runner = new_runner(&ac_libc);
    assert_false(run_in(runner, text, false).found);
    assert_false(run_in(runner, text, true).found);
    ac_runner_delete(runner);
}

#ifdef ALLOCHECK_HAVE_SLATE
static void generated_programs_find_nothing(void **state) {
    (void)state;
    const struct ac_child_options child_options = {
        .target = ac_target_of(&ac_slate), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    const struct ac_batch_options options = {
        .generate = {.sources = ac_slate.sources, .groups = UINT16_MAX, .max_ops = 40},
        .first_seed = 1,
        .count = AC_INSTRUMENTED ? 50 : 300,
        .replay = true};
    struct ac_batch done;
    struct ac_child *child = ac_child_new(&child_options);
    assert_non_null(child);
    assert_int_equal(ac_child_batch(child, &options, &done), AC_CHILD_RAN);
    ac_child_delete(child);
    if (done.sum.found)
        fail_msg("seed %llu: %s", (unsigned long long)done.seed, done.sum.finding.actual);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_is_made_on_its_thread),
        cmocka_unit_test(threads_that_used_an_instance_leave_it_before_it_is_closed),
        cmocka_unit_test(repeats_stay_on_their_thread),
        cmocka_unit_test(all_threads_can_be_used),
        cmocka_unit_test(threads_serve_one_program_after_another),
        cmocka_unit_test(the_main_thread_may_run_where_it_did),
        cmocka_unit_test(signals_from_outside_are_the_main_threads),
        cmocka_unit_test(answers_are_the_same_each_time),
        cmocka_unit_test(frames_of_threads_lie_side_by_side),
        cmocka_unit_test(a_frame_is_left_on_its_own_thread_only),
        cmocka_unit_test(an_exit_leaves_the_frames),
        cmocka_unit_test(stacks_are_as_large_as_frames_may_be),
        cmocka_unit_test(the_allocators_own_frames_are_the_main_threads),
        cmocka_unit_test(an_allocator_without_instances_runs_on_threads),
#ifdef ALLOCHECK_HAVE_SLATE
        cmocka_unit_test(generated_programs_find_nothing),
#endif
    };
    return cmocka_run_group_tests(tests, logger_make_key, NULL);
}
