// SPDX-License-Identifier: MIT
// Races: correct allocators stay clean, faults are found, and blocks pass between threads in order.
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/race.h"
#include "racy.h"
#include "test/parse.h"

enum { SEED = 7, CALL_MS = 500 };

/* Threads 1 .. `threads' allocate and free, `times' times. Each frees its own blocks, or,
 * `handed', the next thread does. */
static void contend(struct ac_program *program, unsigned threads, unsigned times, bool handed) {
    enum { BLOCKS = 4 };
    char *text;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    assert_non_null(to);
    fputs("ops 1\n", to);
    for (unsigned i = 0; i < times; i++) {
        for (unsigned t = 0; t < threads; t++) {
            const unsigned freer = handed ? (t + 1) % threads : t;
            fprintf(to, "repeat %d: on %u: p%u = malloc %u\n", BLOCKS, 1 + t, t * BLOCKS,
                    24 + 8 * t);
            fprintf(to, "repeat %d: on %u: free p%u\n", BLOCKS, 1 + freer, t * BLOCKS);
        }
    }
    fclose(to);
    parse(program, text);
    free(text);
}

static struct ac_report race_in_process(const struct ac_allocator *allocator,
                                        const struct ac_program *program, uint32_t rounds) {
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    const struct ac_race_options how = {.seed = SEED, .rounds = rounds};
    struct ac_report report;
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    ac_run_race(runner, program, &how, &report);
    ac_runner_delete(runner);
    return report;
}

static struct ac_report race_in_child(const struct ac_allocator *allocator,
                                      const struct ac_program *program, uint32_t rounds) {
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = CALL_MS};
    const struct ac_race_options how = {.seed = SEED, .rounds = rounds};
    struct ac_report report;
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_race(child, program, &how, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    return report;
}

static void expect_clean(const struct ac_report *report) {
    if (report->found) {
        fail_msg("%s at op %u: %s", ac_oracle_info(report->finding.oracle)->id, report->finding.op,
                 report->finding.actual);
    }
}

static void expect_oracle(const struct ac_report *report, enum ac_oracle oracle) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, ac_oracle_info(oracle)->id);
}

/* --- clean --- */

static void what_is_right_is_clean(void **state) {
    (void)state;
    struct ac_program program;
    for (unsigned handed = 0; handed < 2; handed++) {
        contend(&program, 3, 20, handed);
        const struct ac_report report = race_in_process(&racy_right, &program, 60);
        expect_clean(&report);
        assert_int_equal(report.counts.calls, 60 * 20 * 3 * 8);
        assert_true(report.checked[AC_ORACLE_DISJOINT] > 0);
        assert_true(report.checked[AC_ORACLE_INTACT] > 0);
        assert_true(report.checked[AC_ORACLE_STATISTICS] > 0);
        assert_int_equal(report.checked[AC_ORACLE_MUST_SUCCEED], 0);
        ac_program_destroy(&program);
    }
}

/* The harness's page source is locked, whatever an allocator does. */
static void pages_are_asked_for_one_at_a_time(void **state) {
    (void)state;
    struct ac_program program;
    contend(&program, 4, 10, true);
    const struct ac_report report = race_in_process(&racy_maps, &program, 40);
    expect_clean(&report);
    assert_true(report.checked[AC_ORACLE_PAGE_LOG] > 0);
    assert_true(report.counts.page_requests > 0);
    ac_program_destroy(&program);
}

static void generated_programs_are_clean(void **state) {
    (void)state;
    enum { PROGRAMS = 24, ROUNDS = 8 };
    size_t count;
    const struct ac_allocator *const *allocators = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        const struct ac_generate_options options = {
            .sources = allocators[i]->sources, .groups = UINT16_MAX, .max_ops = 60};
        if (AC_RACES_REPORTED && allocators[i]->open == NULL)
            continue; /* the sanitizer's own malloc */
        for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
            struct ac_program program;
            ac_program_init(&program);
            assert_true(ac_generate(&program, seed, &options));
            ac_race_spread(&program, seed);
            const struct ac_report report = race_in_process(allocators[i], &program, ROUNDS);
            expect_clean(&report);
            ac_program_destroy(&program);
        }
    }
}

/* --- blocks pass between threads --- */

static void a_slot_keeps_the_order_of_the_program(void **state) {
    (void)state;
    enum { HOPS = 60, LINE = 64 };
    static char text[HOPS * 2 * LINE];
    size_t length = (size_t)snprintf(text, sizeof text, "ops 1\n");
    for (unsigned i = 0; i < HOPS; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "on %u: p0 = malloc %u\non %u: free p0\n", i * 5 % 7, i + 1,
                                   i * 3 % 8);
    }
    struct ac_program program;
    parse(&program, text);
    const unsigned disorder = racy_disorder();
    const struct ac_report report = race_in_process(&racy_ordered, &program, 30);
    expect_clean(&report);
    assert_int_equal(report.counts.calls, 30 * HOPS * 2);
    assert_int_equal(racy_disorder() - disorder, 0);
    ac_program_destroy(&program);
}

/* Content, size and slot come along: the thread that has the block checks each. */
static void a_block_comes_with_its_content(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\n"
                    "on 1: p0 = malloc 100\non 2: check p0\non 3: p1 = malloc 50\n"
                    "on 3: check p0\non 1: check p1\non 1: p2 = malloc 10\non 2: free p2\n"
                    "on 2: check p1\non 1: free p0\n");
    const struct ac_report report = race_in_process(&racy_right, &program, 50);
    expect_clean(&report);
    /* Four checks, two frees, and p1 at the end. */
    assert_int_equal(report.checked[AC_ORACLE_INTACT], 50 * 7);
    ac_program_destroy(&program);
}

static void an_exit_ends_a_thread(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\n"
                    "on 1: p0 = malloc 10\nexit 1\non 1: p1 = malloc 20\non 2: free p0\n"
                    "exit 1\non 1: free p1\n");
    const unsigned exits = racy_exits(), ends = racy_ends();
    const struct ac_report report = race_in_process(&racy_right, &program, 1);
    expect_clean(&report);
    /* Thread 1 three times, 2 once, 0, which had nothing to do, and the one that closes. */
    assert_int_equal(racy_exits() - exits, 6);
    assert_int_equal(racy_ends() - ends, 4);
    assert_int_equal(report.counts.ops, 6);
    ac_program_destroy(&program);
}

/* In the first pass of the destructors the thread has not left the heap yet. It ends with the
 * program, if not before. */
static void what_an_exit_frees_is_freed_by_the_thread_that_ends(void **state) {
    (void)state;
    enum { FIRST_PASS, LATER_PASS, PASSES };
    static const char *const texts[PASSES] = {
        "ops 1\non 1: p0 = malloc 10\non 1: free_at_exit p0 0\nexit 1\non 1: p1 = malloc 20\n"
        "on 1: free_at_exit p1 0\non 2: p2 = malloc 8\n",
        "ops 1\non 1: p0 = malloc 10\non 1: free_at_exit p0 1\non 2: p2 = malloc 8\n"};
    for (unsigned i = 0; i < PASSES; i++) {
        struct ac_program program;
        parse(&program, texts[i]);
        const unsigned ends = racy_ends();
        const struct ac_report right = race_in_process(&racy_right, &program, 20);
        expect_clean(&right);
        assert_int_equal(right.counts.skipped, 0);
        assert_true(racy_ends() - ends >= 20 * (i == FIRST_PASS ? 2 : 1));
        const struct ac_report report = race_in_process(&racy_forgets, &program, 20);
        if (i == FIRST_PASS)
            expect_clean(&report);
        else
            expect_oracle(&report, AC_ORACLE_STATISTICS);
        ac_program_destroy(&program);
    }
}

/* It is live and checked until then, and may be freed earlier. */
static void a_block_that_is_freed_before_the_exit_is_not_freed_by_it(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\non 1: p0 = malloc 10\non 1: free_at_exit p0 2\non 1: check p0\n"
                    "on 1: p1 = malloc 10\non 1: free_at_exit p1 0\non 2: free p0\n");
    const struct ac_report report = race_in_process(&racy_right, &program, 20);
    expect_clean(&report);
    assert_int_equal(report.checked[AC_ORACLE_INTACT], 20 * 3);
    ac_program_destroy(&program);
}

static void what_needs_an_order_is_passed_over(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\n"
                    "enter\np0 = alloca 10\nleave\nrepeat 3: double_free p1\nforeign_brk 1\n"
                    "on 1: p2 = malloc 8\non 2: p3 = malloc 9\non 2: p4 = malloc 7\n"
                    "on 2: free_every 2\non 2: check_all\n");
    const struct ac_report report = race_in_process(&racy_right, &program, 4);
    expect_clean(&report);
    assert_int_equal(report.counts.skipped, 7);
    assert_int_equal(report.counts.calls, 4 * 4);
    ac_program_destroy(&program);
}

/* --- races are found --- */

static struct ac_report race_contending(const struct ac_allocator *allocator) {
    struct ac_program program;
    contend(&program, 4, 40, false);
    const struct ac_report report = race_in_child(allocator, &program, 2000);
    ac_program_destroy(&program);
    return report;
}

/* Unordered accesses to memory: ThreadSanitizer reports them if it is there, unless a lock
 * elsewhere happened to order them. */
static void expect_race(const struct ac_allocator *allocator, enum ac_oracle oracle) {
    static const char tsan[] = "ThreadSanitizer: data-race";
    const struct ac_report report = race_contending(allocator);
    if (AC_RACES_REPORTED && report.found && report.finding.oracle == AC_ORACLE_SURVIVES)
        assert_int_equal(strncmp(report.finding.actual, tsan, sizeof tsan - 1), 0);
    else
        expect_oracle(&report, oracle);
}

static void one_cell_for_two_is_found(void **state) {
    (void)state;
    expect_race(&racy_takes, AC_ORACLE_DISJOINT);
}

static void a_late_mark_is_found(void **state) {
    (void)state;
    expect_race(&racy_marks, AC_ORACLE_INTACT);
}

static void a_counter_that_forgets_is_found(void **state) {
    (void)state;
    const struct ac_report report = race_contending(&racy_counts);
    expect_oracle(&report, AC_ORACLE_STATISTICS);
}

/* A usable range belongs to its owner, too: two threads that do not know each other's block. */
static void a_usable_size_that_reaches_too_far_is_found(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\n"
                    "on 1: p0 = malloc 8\non 2: p1 = malloc 8\non 1: malloc_usable_size p0\non 2: "
                    "malloc_usable_size p1\n");
    const struct ac_report report = race_in_process(&racy_reaches, &program, 20);
    expect_oracle(&report, AC_ORACLE_DISJOINT);
    ac_program_destroy(&program);
}

/* --- forks --- */

/* One thread forks while three others allocate and free. */
static void fork_among(struct ac_program *program) {
    const struct ac_op fork = {.kind = AC_OP_FORK, .repeat = 1, .thread = 1};
    contend(program, 4, 30, false);
    assert_true(ac_program_insert(program, program->count / 2, &fork));
}

static void a_fork_among_calls_is_clean(void **state) {
    (void)state;
    struct ac_program program;
    fork_among(&program);
    const struct ac_report report = race_in_child(&racy_right, &program, 30);
    expect_clean(&report);
    assert_true(report.checked[AC_ORACLE_FORK_SAFE] > 0);
    ac_program_destroy(&program);
}

static void a_lock_held_at_a_fork_is_found(void **state) {
    (void)state;
    struct ac_program program;
    fork_among(&program);
    const struct ac_report report = race_in_child(&racy_forks, &program, 2000);
    expect_oracle(&report, AC_ORACLE_FORK_SAFE);
    ac_program_destroy(&program);
}

/* --- what ends a run --- */

static struct ac_report race_text(const struct ac_allocator *allocator, const char *text) {
    struct ac_program program;
    parse(&program, text);
    const struct ac_report report = race_in_child(allocator, &program, 3);
    ac_program_destroy(&program);
    return report;
}

static void a_false_alarm_is_found(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\non 1: p0 = malloc 8\non 2: p1 = malloc 201\non 3: p2 = malloc 8\n");
    const struct ac_report report = race_in_process(&racy_right, &program, 3);
    expect_oracle(&report, AC_ORACLE_NO_FALSE_ALARM);
    assert_int_equal(report.finding.op, 1);
    assert_string_equal(report.finding.actual, "double free");
    ac_program_destroy(&program);
}

static void a_crash_is_of_the_thread_that_crashed(void **state) {
    (void)state;
    const struct ac_report report = race_text(
        &racy_right, "ops 1\non 1: p0 = malloc 8\non 2: p1 = malloc 202\nrepeat 200: on 3: p2 = "
                     "malloc 8\n");
    expect_oracle(&report, AC_ORACLE_SURVIVES);
    assert_int_equal(report.finding.op, 1);
    assert_string_equal(report.finding.actual, "SIGSEGV in the call");
}

/* A lock is never released: all threads sleep. */
static void a_deadlock_is_found(void **state) {
    (void)state;
    const struct ac_report report = race_text(
        &racy_right, "ops 1\non 1: p0 = malloc 203\non 2: check p0\non 2: p1 = malloc 8\n");
    expect_oracle(&report, AC_ORACLE_LIVENESS);
    assert_int_equal(report.finding.op, 2);
}

static void a_call_that_spins_is_found(void **state) {
    (void)state;
    const struct ac_report report =
        race_text(&racy_right, "ops 1\non 1: p0 = malloc 8\non 2: p1 = malloc 204\n");
    expect_oracle(&report, AC_ORACLE_LIVENESS);
    assert_int_equal(report.finding.op, 1);
}

/* A finding of one thread is kept if another one never returns. */
static void a_finding_stands_while_others_hang(void **state) {
    (void)state;
    const struct ac_report report =
        race_text(&racy_right, "ops 1\non 1: p0 = malloc 204\non 2: p1 = malloc 205\n");
    expect_oracle(&report, AC_ORACLE_ALIGNED);
    assert_int_equal(report.finding.op, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_clean),
        cmocka_unit_test(pages_are_asked_for_one_at_a_time),
        cmocka_unit_test(generated_programs_are_clean),
        cmocka_unit_test(a_slot_keeps_the_order_of_the_program),
        cmocka_unit_test(a_block_comes_with_its_content),
        cmocka_unit_test(an_exit_ends_a_thread),
        cmocka_unit_test(what_an_exit_frees_is_freed_by_the_thread_that_ends),
        cmocka_unit_test(a_block_that_is_freed_before_the_exit_is_not_freed_by_it),
        cmocka_unit_test(what_needs_an_order_is_passed_over),
        cmocka_unit_test(one_cell_for_two_is_found),
        cmocka_unit_test(a_late_mark_is_found),
        cmocka_unit_test(a_counter_that_forgets_is_found),
        cmocka_unit_test(a_usable_size_that_reaches_too_far_is_found),
        cmocka_unit_test(a_fork_among_calls_is_clean),
        cmocka_unit_test(a_lock_held_at_a_fork_is_found),
        cmocka_unit_test(a_false_alarm_is_found),
        cmocka_unit_test(a_crash_is_of_the_thread_that_crashed),
        cmocka_unit_test(a_deadlock_is_found),
        cmocka_unit_test(a_call_that_spins_is_found),
        cmocka_unit_test(a_finding_stands_while_others_hang),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
