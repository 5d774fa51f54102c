// SPDX-License-Identifier: MIT
// Threads of a program really end, and faults on them are found like those on the main thread.
#define _GNU_SOURCE /* gettid, fork */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "logger.h"
#include "test/parse.h"

/* --- how threads end --- */

static void a_thread_that_ends_is_gone(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "on 1: p0 = malloc 1\n"
                                  "on 1: p1 = malloc 2\n"
                                  "exit 1\n"
                                  "on 1: p2 = malloc 3\n"
                                  "free p0\n");
    assert_false(report.found);
    assert_calls(0, "mmxmfffxxc");
    assert_int_equal(logger.calls[1].before, 1);
    assert_int_equal(logger.calls[2].thread, logger.calls[0].thread);
    assert_int_equal(logger.calls[3].before, 0);
    assert_int_not_equal(logger.calls[3].thread, logger.calls[0].thread);
}

static void a_thread_that_was_not_used_does_not_end(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\nexit 1\non 1: p0 = malloc 1\nrepeat 2: exit 1\n");
    assert_int_equal(report.counts.empty, 2);
}

static void blocks_are_freed_in_the_pass_that_was_asked_for(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "on 1: p0 = malloc 1\n"
                                  "p1 = malloc 2\n"
                                  "on 1: p2 = malloc 3\n"
                                  "on 1: p3 = malloc 4\n"
                                  "on 1: free_at_exit p2 0\n"
                                  "on 1: free_at_exit p0 3\n"
                                  "on 1: free_at_exit p1 1\n"
                                  "on 1: free_at_exit p3 1\n"
                                  "on 1: free p3\n"
                                  "exit 1\n"
                                  "check p0\n");
    assert_false(report.found);
    assert_int_equal(report.counts.empty, 1);
    assert_calls(0, "mmmmffxfxfxxc");
    const size_t freed[] = {4, 3, 0, 2, 0, 1, 0};
    for (size_t i = 0; i < sizeof freed / sizeof freed[0]; i++) {
        assert_int_equal(logger.calls[4 + i].size, freed[i]);
        assert_int_equal(logger.calls[4 + i].thread, logger.calls[0].thread);
    }
}

static void the_end_of_the_program_ends_threads_that_free(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "on 1: p0 = malloc 1\n"
                                  "on 1: p1 = malloc 2\n"
                                  "on 2: p2 = malloc 3\n"
                                  "on 2: free_at_exit p1 0\n");
    assert_false(report.found);
    assert_calls(0, "mmmfxffxxc");
    assert_int_equal(logger.calls[3].size, 2);
    assert_int_equal(logger.calls[3].thread, logger.calls[2].thread);
    assert_int_equal(logger.calls[5].thread, gettid());
}

static void what_cannot_be_freed_at_exit_is_counted(void **state) {
    (void)state;
    struct ac_report report = run("ops 1\n"
                                  "p0 = malloc 1\n"
                                  "free_at_exit p0 0\n"
                                  "on 1: free_at_exit p1 0\n"
                                  "on 1: enter\n"
                                  "on 1: p2 = alloca 10\n"
                                  "on 1: free_at_exit p2 0\n");
    assert_int_equal(report.counts.empty, 3);
    assert_calls(0, "mfxxc");
}

/* --- findings --- */

static void a_block_that_changes_before_its_thread_ends_is_found(void **state) {
    (void)state;
    struct ac_report red = run("ops 1\n"
                               "on 1: p0 = malloc 9\n"
                               "on 1: free_at_exit p0 0\n"
                               "p1 = malloc 51\n"
                               "exit 1\n");
    assert_found(&red, AC_ORACLE_INTACT, 3, 1);
    assert_int_equal(red.finding.slot, 0);
    struct ac_report green = run("ops 1\n"
                                 "on 1: p0 = malloc 9\n"
                                 "on 1: free_at_exit p0 0\n"
                                 "p1 = malloc 50\n"
                                 "exit 1\n");
    assert_false(green.found);
    red = run("ops 1\non 3: p0 = malloc 9\non 3: free_at_exit p0 2\np1 = malloc 51\n");
    assert_found(&red, AC_ORACLE_INTACT, 3, 3);
}

static void findings_on_another_thread_replay(void **state) {
    (void)state;
    static const char text[] =
        "ops 1\non 1: p0 = malloc 9\non 2: p1 = malloc 51\nenter\non 1: check p0\n";
    struct ac_runner *runner = new_runner(&logger_allocator);
    for (int i = 0; i < 3; i++) {
        struct ac_report report = run_in(runner, text, i == 2);
        assert_found(&report, AC_ORACLE_INTACT, 3, 1);
        assert_false(run_in(runner, "ops 1\non 1: p0 = malloc 9\n", false).found);
    }
    ac_runner_delete(runner);
}

/* The last line calls the handler. */
static const struct {
    const char *text;
    uint32_t op, thread;
} fatal[] = {
    {"ops 1\non 1: p0 = malloc 52\n", 0, 1},
    {"ops 1\non 1: enter\non 2: enter\nenter\non 1: p0 = alloca 9\non 2: p1 = malloc 52\n", 4, 2},
    {"ops 1\non 1: enter\non 1: p0 = alloca 9\nenter\np1 = malloc 52\n", 3, 0},
    {"ops 1\non 1: p0 = malloc 58\non 1: free_at_exit p0 1\nexit 1\n", 2, 1},
    {"ops 1\non 1: p0 = malloc 58\non 1: free_at_exit p0 0\n", 2, 1},
    {"ops 1\non 1: p0 = malloc 55\nexit 1\n", 1, 1},
};

static void a_fatal_text_on_any_thread_is_found(void **state) {
    (void)state;
    struct ac_runner *runner = new_runner(&logger_allocator);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        struct ac_report report = run_in(runner, fatal[i].text, false);
        assert_found(&report, AC_ORACLE_NO_FALSE_ALARM, fatal[i].op, fatal[i].thread);
        assert_string_equal(report.finding.actual, "logger: fatal");
        report = run_in(runner, "ops 1\non 1: p0 = malloc 1\non 2: free p0\n", false);
        assert_false(report.found);
        assert_calls(0, "mfxxxc");
    }
    ac_runner_delete(runner);
}

static void threads_of_an_abandoned_instance_are_not_used_again(void **state) {
    (void)state;
    struct ac_runner *runner = new_runner(&logger_allocator);
    struct ac_report report = run_in(runner, "ops 1\non 1: p0 = malloc 52\n", false);
    assert_true(report.found);
    assert_calls(0, "m");
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    assert_int_equal(logger.calls[0].before, 0);
    ac_runner_delete(runner);
}

static void a_finding_says_its_thread(void **state) {
    (void)state;
    static const char text[] = "ops 1\non 3: p0 = malloc 52\n";
    struct ac_report report = run(text);
    struct ac_program program;
    char page[2048];
    parse(&program, text);
    ac_print_finding(&report.finding, &program, "logger", NULL, page, sizeof page);
    assert_non_null(strstr(page, "  ->   0  on 3: p0 = malloc 52\n  thread    3\n"));
    report.finding.thread = 0;
    ac_print_finding(&report.finding, &program, "logger", NULL, page, sizeof page);
    assert_null(strstr(page, "thread "));
    ac_program_destroy(&program);
}

/* --- in a child process --- */

static struct ac_report run_child(const char *text) {
    const struct ac_child_options options = {.target = ac_target_of(&logger_allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = 200};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    parse(&program, text);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return report;
}

static void what_ends_the_process_names_op_and_thread(void **state) {
    (void)state;
    struct ac_report report = run_child("ops 1\non 1: p0 = malloc 1\non 2: p1 = malloc 53\n");
    assert_found(&report, AC_ORACLE_SURVIVES, 1, 2);
    report = run_child("ops 1\non 1: p0 = malloc 1\non 4: p1 = malloc 54\n");
    assert_found(&report, AC_ORACLE_LIVENESS, 1, 4);
    report = run_child("ops 1\non 1: p0 = malloc 1\non 4: p1 = malloc 50\nexit 1\n");
    assert_false(report.found);
}

static void a_fresh_process_gives_the_same_answers(void **state) {
    (void)state;
    const struct ac_child_options options = {
        .target = ac_target_of(&ac_libc), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    static const char text[] = "ops 1\n"
                               "with threads=3\n"
                               "on 2: enter\n"
                               "on 1: p0 = malloc 100\n"
                               "on 2: p1 = alloca 50\n"
                               "on 1: p0 = realloc p0 2000\n"
                               "on 2: p2 = calloc max 2\n"
                               "on 2: free p0\n";
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    parse(&program, text);
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.checked[AC_ORACLE_DETERMINISTIC], 2);
    assert_true(report.checked[AC_ORACLE_NO_GROWTH] > 0 || AC_RACES_REPORTED);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

static void a_forked_process_makes_threads_of_its_own(void **state) {
    (void)state;
    static const char text[] = "ops 1\non 1: p0 = malloc 1\nfree p0\n";
    struct ac_runner *runner = new_runner(&logger_allocator);
    run_in(runner, text, false);
    pid_t pid = fork();
    if (pid == 0) {
        bool clean = !run_in(runner, text, false).found && logger.calls[0].before == 0;
        ac_runner_delete(runner);
        _exit(clean && logger.calls[0].thread != gettid() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ac_runner_delete(runner);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_ends_is_gone),
        cmocka_unit_test(a_thread_that_was_not_used_does_not_end),
        cmocka_unit_test(blocks_are_freed_in_the_pass_that_was_asked_for),
        cmocka_unit_test(the_end_of_the_program_ends_threads_that_free),
        cmocka_unit_test(what_cannot_be_freed_at_exit_is_counted),
        cmocka_unit_test(a_block_that_changes_before_its_thread_ends_is_found),
        cmocka_unit_test(findings_on_another_thread_replay),
        cmocka_unit_test(a_fatal_text_on_any_thread_is_found),
        cmocka_unit_test(threads_of_an_abandoned_instance_are_not_used_again),
        cmocka_unit_test(a_finding_says_its_thread),
        cmocka_unit_test(what_ends_the_process_names_op_and_thread),
        cmocka_unit_test(a_fresh_process_gives_the_same_answers),
        cmocka_unit_test(a_forked_process_makes_threads_of_its_own),
    };
    return cmocka_run_group_tests(tests, logger_make_key, NULL);
}
