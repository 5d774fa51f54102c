// SPDX-License-Identifier: MIT
// Programs on several threads: each call is made where the program says, threads end for real, and
// what goes wrong on one of them is found as on the main one.
#define _GNU_SOURCE /* gettid, sched_getaffinity, fork */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapters.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/profile.h"
#include "allocheck/run.h"

/* --- an allocator that keeps who called what --- */

enum {
    BLOCK = 64,
    BLOCKS = 1 << 12,
    MOST_CALLS = 1 << 12,
    /* Requests of these sizes do something else: */
    WRITES = 51, /* into the block lent last */
    ACCUSES,     /* calls the fatal handler */
    ABORTS,
    SLEEPS,
    ACCUSES_AT_EXIT, /* in a destructor of the allocator's own */
    LOOKS_AT_SIGNALS,
    ACCUSES_WHEN_FREED = 58 /* a block of this size */
};

struct call {
    char what; /* of malloc, free, exit (of a thread), close */
    size_t size;
    pid_t thread;
    unsigned before; /* calls that this thread had made */
};

static struct {
    _Alignas(64) uint8_t area[BLOCKS * BLOCK];
    size_t sizes[BLOCKS];
    size_t used;
    struct ac_open_options options;
    struct call calls[MOST_CALLS];
    size_t count;
    pthread_key_t key;
    sigset_t blocked; /* signals, where it was looked */
} teller;

static _Thread_local unsigned calls_here;

static void tell(char what, size_t size) {
    if (teller.count < MOST_CALLS) {
        teller.calls[teller.count++] =
            (struct call){.what = what, .size = size, .thread = gettid(), .before = calls_here++};
    }
}

static void accuse(void *argument) {
    (void)argument;
    teller.options.fatal(teller.options.fatal_ctx, "teller: told so");
}

static void *teller_open(const struct ac_open_options *options) {
    teller.options = *options;
    teller.used = 0;
    return &teller;
}

static void teller_close(void *heap) {
    (void)heap;
    tell('c', 0);
}

static void misbehave(size_t size) {
    switch (size) {
    case WRITES:
        teller.area[(teller.used - 1) * BLOCK + 3] ^= 1;
        break;
    case ACCUSES:
        accuse(NULL);
        break;
    case ABORTS:
        abort();
    case SLEEPS:
        for (;;) {
            pause();
        }
    case LOOKS_AT_SIGNALS:
        pthread_sigmask(SIG_BLOCK, NULL, &teller.blocked);
        break;
    case ACCUSES_AT_EXIT:
        pthread_setspecific(teller.key, &teller);
        break;
    default:
        break;
    }
}

static void *teller_malloc(void *heap, size_t size) {
    (void)heap;
    tell('m', size);
    misbehave(size);
    if (size > BLOCK || teller.used == BLOCKS) {
        errno = ENOMEM;
        return NULL;
    }
    teller.sizes[teller.used] = size;
    return teller.area + BLOCK * teller.used++;
}

static void teller_free(void *heap, void *block) {
    (void)heap;
    if (block == NULL) {
        return;
    }
    size_t size = teller.sizes[(size_t)((uint8_t *)block - teller.area) / BLOCK];
    tell('f', size);
    if (size == ACCUSES_WHEN_FREED) {
        accuse(NULL);
    }
}

static void teller_thread_exit(void *heap) {
    (void)heap;
    tell('x', 0);
}

static bool teller_enter(void *heap) {
    (void)heap;
    return true;
}

static void teller_leave(void *heap) {
    (void)heap;
}

static const struct ac_profile teller_profile = {
    .name = "teller",
    .malloc_zero = AC_ZERO_BLOCK,
    .min_alignment = 16,
    .held_when_empty = SIZE_MAX,
    .may_refuse_freed_size = true,
};

static const struct ac_allocator teller_allocator = {
    .struct_size = sizeof(struct ac_allocator),
    .name = "teller",
    .profile = &teller_profile,
    .open = teller_open,
    .close = teller_close,
    .malloc = teller_malloc,
    .free = teller_free,
    .frame_enter = teller_enter,
    .frame_leave = teller_leave,
    .frame_alloca = teller_malloc,
    .thread_exit = teller_thread_exit,
};

/* --- running --- */

static struct ac_runner *new_runner(const struct ac_allocator *allocator) {
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    return runner;
}

static struct ac_report run_in(struct ac_runner *runner, const char *text, bool replay) {
    struct ac_program program;
    struct ac_text_error error;
    struct ac_report report;
    ac_program_init(&program);
    if (!ac_parse(&program, text, strlen(text), &error, NULL)) {
        fail_msg("%zu:%zu: expected %s", error.line, error.column, error.expected);
    }
    teller.count = 0;
    if (replay) {
        ac_replay(runner, &program, &report);
    } else {
        ac_run(runner, &program, &report);
    }
    ac_program_destroy(&program);
    return report;
}

static struct ac_report run_on(const struct ac_allocator *allocator, const char *text) {
    struct ac_runner *runner = new_runner(allocator);
    struct ac_report report = run_in(runner, text, false);
    ac_runner_delete(runner);
    return report;
}

static struct ac_report run(const char *text) {
    return run_on(&teller_allocator, text);
}

static void assert_found(const struct ac_report *report, enum ac_oracle oracle, uint32_t op,
                         uint32_t thread) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_int_equal(report->finding.op, op);
    assert_int_equal(report->finding.thread, thread);
}

/* What was called, a letter each, from the call `first` on. */
static void assert_calls(size_t first, const char *expected) {
    char actual[MOST_CALLS + 1];
    size_t length = 0;
    for (size_t i = first; i < teller.count; i++) {
        actual[length++] = teller.calls[i].what;
    }
    actual[length] = '\0';
    assert_string_equal(actual, expected);
}

/* --- who runs what --- */

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
    const struct call *calls = teller.calls;
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 7);
    assert_int_equal(report.counts.not_offered, 0);
    const pid_t expected[] = {gettid(), calls[1].thread, calls[2].thread, calls[1].thread,
                              gettid(), calls[2].thread, calls[1].thread, gettid()};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(calls[i].thread, expected[i]);
    }
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
    assert_int_equal(teller.calls[2].thread, teller.calls[1].thread);
    assert_int_equal(teller.calls[3].thread, teller.calls[0].thread);
    assert_int_equal(teller.calls[4].thread, gettid());
    assert_int_equal(run("ops 1\np0 = malloc 1\nfree p0\n").counts.calls, 2);
    assert_calls(0, "mfxc");
}

static void repeats_stay_on_their_thread(void **state) {
    (void)state;
    run("ops 1\nrepeat 3: on 1: p0 = malloc 8\nfree_every 1\n");
    assert_int_not_equal(teller.calls[0].thread, gettid());
    assert_int_equal(teller.calls[2].thread, teller.calls[0].thread);
    assert_int_equal(teller.calls[3].thread, gettid());
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
        assert_int_equal(teller.calls[i].size, i);
        for (unsigned j = 0; j < i; j++) {
            assert_int_not_equal(teller.calls[i].thread, teller.calls[j].thread);
        }
    }
}

static void threads_serve_one_program_after_another(void **state) {
    (void)state;
    struct ac_runner *runner = new_runner(&teller_allocator);
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    const pid_t first = teller.calls[0].thread;
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    assert_int_equal(teller.calls[0].thread, first);
    assert_true(teller.calls[0].before > 0);
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
    assert_int_equal(sigismember(&teller.blocked, SIGALRM), 1);
    assert_int_equal(sigismember(&teller.blocked, SIGINT), 1);
    assert_int_equal(sigismember(&teller.blocked, SIGSEGV), 0);
    run("ops 1\np0 = malloc 56\n");
    assert_int_equal(sigismember(&teller.blocked, SIGALRM), 0);
}

static void answers_are_the_same_each_time(void **state) {
    (void)state;
    static const char text[] = "ops 1\n"
                               "on 1: p0 = malloc 10\n"
                               "on 2: p1 = malloc 70\n"
                               "exit 1\n"
                               "on 1: p2 = malloc 20\n"
                               "on 3: free p0\n";
    struct ac_runner *runner = new_runner(&teller_allocator);
    const uint64_t first = run_in(runner, text, false).digest;
    assert_true(run_in(runner, text, false).digest == first);
    assert_false(run_in(runner, text, true).found);
    ac_runner_delete(runner);
    assert_true(run(text).digest == first);
}

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
    assert_int_equal(teller.calls[1].before, 1);
    assert_int_equal(teller.calls[2].thread, teller.calls[0].thread);
    assert_int_equal(teller.calls[3].before, 0);
    assert_int_not_equal(teller.calls[3].thread, teller.calls[0].thread);
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
        assert_int_equal(teller.calls[4 + i].size, freed[i]);
        assert_int_equal(teller.calls[4 + i].thread, teller.calls[0].thread);
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
    assert_int_equal(teller.calls[3].size, 2);
    assert_int_equal(teller.calls[3].thread, teller.calls[2].thread);
    assert_int_equal(teller.calls[5].thread, gettid());
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
    struct ac_runner *runner = new_runner(&teller_allocator);
    for (int i = 0; i < 3; i++) {
        struct ac_report report = run_in(runner, text, i == 2);
        assert_found(&report, AC_ORACLE_INTACT, 3, 1);
        assert_false(run_in(runner, "ops 1\non 1: p0 = malloc 9\n", false).found);
    }
    ac_runner_delete(runner);
}

/* The last line is where the handler is called. */
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
    struct ac_runner *runner = new_runner(&teller_allocator);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        struct ac_report report = run_in(runner, fatal[i].text, false);
        assert_found(&report, AC_ORACLE_NO_FALSE_ALARM, fatal[i].op, fatal[i].thread);
        assert_string_equal(report.finding.actual, "teller: told so");
        report = run_in(runner, "ops 1\non 1: p0 = malloc 1\non 2: free p0\n", false);
        assert_false(report.found);
        assert_calls(0, "mfxxxc");
    }
    ac_runner_delete(runner);
}

static void threads_of_an_abandoned_instance_are_not_used_again(void **state) {
    (void)state;
    struct ac_runner *runner = new_runner(&teller_allocator);
    struct ac_report report = run_in(runner, "ops 1\non 1: p0 = malloc 52\n", false);
    assert_true(report.found);
    assert_calls(0, "m");
    run_in(runner, "ops 1\non 1: p0 = malloc 1\n", false);
    assert_int_equal(teller.calls[0].before, 0);
    ac_runner_delete(runner);
}

static void a_finding_says_its_thread(void **state) {
    (void)state;
    static const char text[] = "ops 1\non 3: p0 = malloc 52\n";
    struct ac_report report = run(text);
    struct ac_program program;
    struct ac_text_error error;
    char page[2048];
    ac_program_init(&program);
    assert_true(ac_parse(&program, text, strlen(text), &error, NULL));
    ac_print_finding(&report.finding, &program, "teller", NULL, page, sizeof page);
    assert_non_null(strstr(page, "  ->   0  on 3: p0 = malloc 52\n  thread    3\n"));
    report.finding.thread = 0;
    ac_print_finding(&report.finding, &program, "teller", NULL, page, sizeof page);
    assert_null(strstr(page, "thread "));
    ac_program_destroy(&program);
}

/* --- in a child process --- */

static struct ac_report run_child(const char *text) {
    const struct ac_child_options options = {.subject = ac_subject_of(&teller_allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = 200};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_text_error error;
    struct ac_report report;
    assert_non_null(child);
    ac_program_init(&program);
    assert_true(ac_parse(&program, text, strlen(text), &error, NULL));
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
        .subject = ac_subject_of(&ac_libc), .oracles = AC_ALL_ORACLES, .free_at_end = true};
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
    struct ac_text_error error;
    struct ac_report report;
    assert_non_null(child);
    ac_program_init(&program);
    assert_true(ac_parse(&program, text, strlen(text), &error, NULL));
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.judged[AC_ORACLE_DETERMINISTIC], 2);
    assert_true(report.judged[AC_ORACLE_NO_GROWTH] > 0 || AC_RACES_REPORTED);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

static void a_forked_process_makes_threads_of_its_own(void **state) {
    (void)state;
    static const char text[] = "ops 1\non 1: p0 = malloc 1\nfree p0\n";
    struct ac_runner *runner = new_runner(&teller_allocator);
    run_in(runner, text, false);
    pid_t pid = fork();
    if (pid == 0) {
        bool clean = !run_in(runner, text, false).found && teller.calls[0].before == 0;
        ac_runner_delete(runner);
        _exit(clean && teller.calls[0].thread != gettid() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ac_runner_delete(runner);
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
    assert_int_equal(report.counts.empty, 1); /* p1 is gone */
    assert_true(report.judged[AC_ORACLE_FRAME] > 10);
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
    assert_int_equal(report.counts.cut, 1);
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
        .subject = ac_subject_of(&ac_slate), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    const struct ac_campaign_options options = {
        .generate = {.sources = ac_slate.sources, .groups = UINT16_MAX, .max_ops = 40},
        .first_seed = 1,
        .count = AC_INSTRUMENTED ? 50 : 300,
        .replay = true};
    struct ac_campaign done;
    struct ac_child *child = ac_child_new(&child_options);
    assert_non_null(child);
    assert_int_equal(ac_child_campaign(child, &options, &done), AC_CHILD_RAN);
    ac_child_delete(child);
    if (done.sum.found) {
        fail_msg("seed %llu: %s", (unsigned long long)done.seed, done.sum.finding.actual);
    }
}
#endif

static int make_key(void **state) {
    (void)state;
    return pthread_key_create(&teller.key, accuse);
}

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
    return cmocka_run_group_tests(tests, make_key, NULL);
}
