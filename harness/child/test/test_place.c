// SPDX-License-Identifier: MIT
// A finding names the place where the run was: never the last op before it.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/place.h"
#include "allocheck/profile.h"
#include "test/parse.h"
#include "test/toy.h"

/* --- an allocator that misbehaves in one function, from its nth call on --- */

enum function { IN_OPEN, IN_FREE, IN_THREAD_EXIT, IN_DESTRUCTOR, IN_CLOSE, FUNCTIONS };

static struct {
    enum function in;
    unsigned at;  /* call, from 1; 0: it behaves */
    size_t fault; /* for toy_misbehave */
    unsigned calls[FUNCTIONS];
    pthread_key_t key;
    int instance;
} bad;

static void call(enum function function) {
    if (bad.in == function && ++bad.calls[function] == bad.at)
        toy_misbehave(bad.fault);
}

static void *open_heap(const struct ac_open_options *options) {
    (void)options;
    call(IN_OPEN);
    return &bad.instance;
}

static void close_heap(void *heap) {
    (void)heap;
    call(IN_CLOSE);
}

static void *allocate(void *heap, size_t size) {
    if (bad.in == IN_DESTRUCTOR)
        pthread_setspecific(bad.key, &bad);
    return toy_malloc(heap, size);
}

static void release(void *heap, void *block) {
    call(IN_FREE);
    toy_free(heap, block);
}

static void leave(void *heap) {
    (void)heap;
    call(IN_THREAD_EXIT);
}

static void destroy(void *value) {
    (void)value;
    call(IN_DESTRUCTOR);
}

static const struct ac_profile profile = {
    .name = "toy",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
    .misuse = {[AC_MISUSE_DOUBLE_FREE] = "double free"},
};

static const struct ac_allocator toy = TOY("toy", &profile, allocate, release, .open = open_heap,
                                           .close = close_heap, .thread_exit = leave);

/* --- running --- */

enum how { RUN, REPLAY, RACE };

static const char two_blocks[] = "ops 1\np0 = malloc 16\np1 = malloc 32\n";
static const char a_free[] = "ops 1\np0 = malloc 16\nfree p0\np1 = malloc 32\n";
static const char an_exit[] = "ops 1\non 1: p0 = malloc 16\nexit 1\np1 = malloc 32\n";
static const char two_threads[] = "ops 1\np0 = malloc 16\non 1: p1 = malloc 16\n";

static struct ac_report run(const char *text, enum how how) {
    const struct ac_child_options options = {.target = ac_target_of(&toy),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = 200};
    const struct ac_race_options race = {.seed = 1, .rounds = 3};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    parse(&program, text);
    const enum ac_child_end end = how == RUN      ? ac_child_run(child, &program, &report)
                                  : how == REPLAY ? ac_child_replay(child, &program, &report)
                                                  : ac_child_race(child, &program, &race, &report);
    assert_int_equal(end, AC_CHILD_RAN);
    if (report.found)
        assert_int_equal(report.finding.op < program.count,
                         ac_place_of(&program, &report.finding) < AC_OP_KINDS);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return report;
}

static void expect_at(const struct ac_report *report, enum ac_oracle oracle, uint32_t op,
                      enum ac_stage stage, const char *actual) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_int_equal(report->finding.op, op);
    assert_int_equal(report->finding.stage, stage);
    assert_string_equal(report->finding.actual, actual);
}

static void behave_badly(enum function in, unsigned at, size_t fault) {
    memset(bad.calls, 0, sizeof bad.calls);
    bad.in = in;
    bad.at = at;
    bad.fault = fault;
}

/* --- the tests --- */

static void the_final_frees_are_the_end(void **state) {
    (void)state;
    static const struct {
        size_t fault;
        enum ac_oracle oracle;
        const char *actual;
    } kinds[] = {
        {TOY_CRASHES, AC_ORACLE_SURVIVES, "SIGSEGV in the call"},
        {TOY_ABORTS, AC_ORACLE_SURVIVES, "SIGABRT in the call"},
        {TOY_EXITS, AC_ORACLE_SURVIVES, "exit(0) in the call"},
        {TOY_REPORTS, AC_ORACLE_SURVIVES, "UndefinedBehaviorSanitizer: a report in the call"},
        {TOY_ACCUSES, AC_ORACLE_NO_FALSE_ALARM, "SIGABRT in the call"},
        {TOY_SPINS, AC_ORACLE_LIVENESS, "it does not return"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (unsigned nth = 1; nth <= 2; nth++) {
            behave_badly(IN_FREE, nth, kinds[i].fault);
            const struct ac_report report = run(two_blocks, RUN);
            expect_at(&report, kinds[i].oracle, 2, AC_STAGE_PROGRAM, kinds[i].actual);
        }
        behave_badly(IN_FREE, 1, kinds[i].fault);
        const struct ac_report at_op = run(a_free, RUN);
        expect_at(&at_op, kinds[i].oracle, 1, AC_STAGE_PROGRAM, kinds[i].actual);
    }
    behave_badly(IN_FREE, 3, TOY_CRASHES);
    const struct ac_report green = run(two_blocks, RUN);
    assert_false(green.found);
}

/* The loop of no-growth makes many rounds: what breaks in a later one has its place in the program.
 */
static void later_rounds_have_the_same_places(void **state) {
    (void)state;
    for (unsigned round = 0; round < 9; round++) {
        behave_badly(IN_FREE, 2 * round + 1, TOY_CRASHES);
        const struct ac_report at_op = run(a_free, REPLAY);
        expect_at(&at_op, AC_ORACLE_SURVIVES, 1, AC_STAGE_PROGRAM, "SIGSEGV in the call");
        behave_badly(IN_FREE, 2 * round + 2, TOY_CRASHES);
        const struct ac_report at_end = run(a_free, REPLAY);
        expect_at(&at_end, AC_ORACLE_SURVIVES, 3, AC_STAGE_PROGRAM, "SIGSEGV in the call");
    }
}

static void open_and_close_have_their_own(void **state) {
    (void)state;
    behave_badly(IN_OPEN, 1, TOY_CRASHES);
    struct ac_report report = run(two_blocks, RUN);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_OPEN, "SIGSEGV in open");
    assert_string_equal(report.finding.expected, "open returns");
    behave_badly(IN_OPEN, 1, TOY_SPINS);
    report = run(two_blocks, RUN);
    expect_at(&report, AC_ORACLE_LIVENESS, 2, AC_STAGE_OPEN, "it does not return");
    assert_string_equal(report.finding.expected, "open returns within its time");
    behave_badly(IN_CLOSE, 1, TOY_ABORTS);
    report = run(two_blocks, RUN);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_CLOSE, "SIGABRT in close");
    behave_badly(IN_CLOSE, 1, TOY_SLEEPS);
    report = run(two_blocks, RUN);
    expect_at(&report, AC_ORACLE_LIVENESS, 2, AC_STAGE_CLOSE, "it does not return");
    behave_badly(IN_CLOSE, 0, 0);
    assert_false(run(two_blocks, RUN).found);
}

static void the_end_of_a_thread_has_its_own(void **state) {
    (void)state;
    for (enum function in = IN_THREAD_EXIT; in <= IN_DESTRUCTOR; in++) {
        behave_badly(in, 1, TOY_CRASHES);
        struct ac_report report = run(an_exit, RUN);
        expect_at(&report, AC_ORACLE_SURVIVES, 1, AC_STAGE_THREAD_END,
                  "SIGSEGV as the thread ends");
        assert_int_equal(report.finding.thread, 1);
        behave_badly(in, 0, 0);
        assert_false(run(an_exit, RUN).found);
    }
    behave_badly(IN_THREAD_EXIT, 1, TOY_CRASHES);
    const struct ac_report report = run(two_blocks, RUN); /* the main thread's, before close */
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_THREAD_END, "SIGSEGV as the thread ends");
}

static void race_runs_have_the_same_places(void **state) {
    (void)state;
    behave_badly(IN_FREE, 1, TOY_CRASHES);
    struct ac_report report = run(two_threads, RACE);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_PROGRAM, "SIGSEGV in the call");
    behave_badly(IN_THREAD_EXIT, 1, TOY_CRASHES);
    report = run(two_threads, RACE);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_THREAD_END, "SIGSEGV as the thread ends");
    behave_badly(IN_DESTRUCTOR, 1, TOY_CRASHES);
    report = run(two_threads, RACE);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_THREAD_END, "SIGSEGV as the thread ends");
    behave_badly(IN_OPEN, 1, TOY_CRASHES);
    report = run(two_threads, RACE);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_OPEN, "SIGSEGV in open");
    behave_badly(IN_CLOSE, 1, TOY_CRASHES);
    report = run(two_threads, RACE);
    expect_at(&report, AC_ORACLE_SURVIVES, 2, AC_STAGE_CLOSE, "SIGSEGV in close");
    behave_badly(IN_CLOSE, 0, 0);
    assert_false(run(two_threads, RACE).found);
}

/* --- in one process, as a fuzz target: a hook asks where the run is --- */

static struct ac_runner *asked;
static struct ac_finding blamed;

static void asking_free(void *heap, void *block) {
    ac_runner_blame(asked, AC_ORACLE_SURVIVES, "a report", &blamed);
    toy_free(heap, block);
}

static void a_hook_in_this_process_names_the_end(void **state) {
    (void)state;
    const struct ac_allocator asking = TOY("asking", &profile, toy_malloc, asking_free);
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_program program;
    struct ac_report report;
    asked = ac_runner_new(&asking, &options);
    assert_non_null(asked);
    parse(&program, a_free);
    ac_run(asked, &program, &report);
    assert_int_equal(ac_place_of(&program, &blamed), AC_OP_KINDS);
    assert_string_equal(ac_place_name(ac_place_of(&program, &blamed)), "end");
    ac_program_destroy(&program);
    ac_runner_delete(asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_final_frees_are_the_end),
        cmocka_unit_test(later_rounds_have_the_same_places),
        cmocka_unit_test(open_and_close_have_their_own),
        cmocka_unit_test(the_end_of_a_thread_has_its_own),
        cmocka_unit_test(race_runs_have_the_same_places),
        cmocka_unit_test(a_hook_in_this_process_names_the_end),
    };
    pthread_key_create(&bad.key, destroy);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
