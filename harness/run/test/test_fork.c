// SPDX-License-Identifier: MIT
// The op fork: an allocator that works, and the same with one fault in the child of a fork.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/profile.h"

/* --- an allocator over the C library's --- */

enum fault {
    SOUND,
    LOCK_KEPT_IN_CHILD,
    LOCK_SPINS_IN_CHILD,
    LOCK_KEPT_IN_PARENT,
    HANDLER_HANGS,
    CRASHES,
    EXITS,
    ACCUSES,
    SAME_BLOCK,
    DIRTY_CALLOC,
    SAME_BLOCK_EVERYWHERE,
    SHARED_HEAP,
};

enum { UNIT = 64, UNITS = 1024, AREA = UNIT * UNITS };

static struct {
    enum fault fault;
    bool is_child, locked;
    unsigned prepared, left; /* handlers run, in the parent */
    void *last;
    /* SHARED_HEAP: the lowest free unit is allocated. */
    char *area;
    bool live[UNITS];
} heap;

static void wait_for_lock(void) {
    volatile unsigned turns = 0;
    while (heap.locked)
        if (heap.fault == LOCK_SPINS_IN_CHILD)
            turns++;
        else
            pause();
}

static void do_harm(void) {
    if (heap.is_child && heap.fault == CRASHES)
        raise(SIGSEGV);
    else if (heap.is_child && heap.fault == EXITS)
        exit(3);
    else if (heap.is_child && heap.fault == ACCUSES)
        abort();
}

static bool gives_twice(void) {
    return heap.last != NULL &&
           (heap.fault == SAME_BLOCK_EVERYWHERE || (heap.is_child && heap.fault == SAME_BLOCK));
}

static void *allocate_shared(size_t size) {
    size_t unit = 0;
    while (unit < UNITS && heap.live[unit])
        unit++;
    if (size > UNIT || unit == UNITS) {
        errno = ENOMEM;
        return NULL;
    }
    heap.live[unit] = true;
    return heap.area + UNIT * unit;
}

static void *faulty_malloc(void *ctx, size_t size) {
    wait_for_lock();
    do_harm();
    if (heap.fault == SHARED_HEAP)
        return allocate_shared(size);
    return gives_twice() ? heap.last : (heap.last = ac_libc.malloc(ctx, size));
}

static void *faulty_calloc(void *ctx, size_t count, size_t size) {
    wait_for_lock();
    if (heap.fault == SHARED_HEAP) {
        void *block = allocate_shared(count * size);
        return block != NULL ? memset(block, 0, count * size) : NULL;
    }
    void *block = ac_libc.calloc(ctx, count, size);
    if (heap.is_child && heap.fault == DIRTY_CALLOC && block != NULL)
        memset(block, 1, 1);
    return block;
}

static void *faulty_realloc(void *ctx, void *block, size_t size) {
    if (heap.fault == SHARED_HEAP && block != NULL) {
        errno = ENOMEM;
        return size <= UNIT ? block : NULL;
    }
    if (heap.fault == SHARED_HEAP)
        return allocate_shared(size);
    return ac_libc.realloc(ctx, block, size);
}

static void faulty_free(void *ctx, void *block) {
    wait_for_lock();
    if (heap.fault == SHARED_HEAP && block != NULL) {
        heap.live[((char *)block - heap.area) / UNIT] = false;
    } else if (block != heap.last || heap.fault < SAME_BLOCK ||
               heap.fault > SAME_BLOCK_EVERYWHERE) {
        ac_libc.free(ctx,
                     block); /* of a block allocated twice the last one stays: it is freed twice */
    }
}

static void on_prepare(void *ctx) {
    (void)ctx;
    heap.prepared++;
    while (heap.fault == HANDLER_HANGS)
        pause();
    heap.locked = true;
}

static void on_parent(void *ctx) {
    (void)ctx;
    heap.left++;
    heap.locked = heap.fault == LOCK_KEPT_IN_PARENT;
}

static void on_child(void *ctx) {
    (void)ctx;
    heap.is_child = true;
    heap.locked = heap.fault == LOCK_KEPT_IN_CHILD || heap.fault == LOCK_SPINS_IN_CHILD;
}

static const struct ac_profile profile = {
    .name = "faulty",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator faulty = {
    .struct_size = sizeof faulty,
    .name = "faulty",
    .profile = &profile,
    .malloc = faulty_malloc,
    .calloc = faulty_calloc,
    .realloc = faulty_realloc,
    .free = faulty_free,
    .fork_prepare = on_prepare,
    .fork_parent = on_parent,
    .fork_child = on_child,
};

/* Blocks that a run abandons after a finding are live for the C library, and leak. */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void) {
    return "detect_leaks=0";
}

/* --- one program --- */

static struct ac_program program;
static struct ac_journal *journal;
static struct ac_progress progress;

static void parse(const char *text) {
    struct ac_text_error error;
    if (!ac_parse(&program, text, strlen(text), &error, NULL))
        fail_msg("%zu:%zu: expected %s", error.line, error.column, error.expected);
}

static void begin(enum fault fault) {
    memset(&heap, 0, sizeof heap);
    heap.fault = fault;
    if (fault == SHARED_HEAP) {
        heap.area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_ptr_not_equal(heap.area, MAP_FAILED);
    }
    parse("ops 1\np0 = malloc 24\np1 = calloc 3 40\nfork\np2 = malloc 24\nfree p0\n");
}

static void end(void) {
    if (heap.area != NULL)
        munmap(heap.area, AREA);
}

/* In this process. */
static struct ac_report run(const struct ac_allocator *allocator) {
    struct ac_report report;
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES,
                                           .free_at_end = true,
                                           .call_ms = 200,
                                           .progress = &progress,
                                           .journal = journal};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    ac_run(runner, &program, &report);
    ac_runner_delete(runner);
    return report;
}

/* In a child process, as the commands do. */
static struct ac_report run_in_child(const struct ac_allocator *allocator) {
    struct ac_report report;
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = 200};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    return report;
}

static void assert_finding(const struct ac_report *report, enum ac_oracle oracle, uint32_t op) {
    assert_true(report->found);
    assert_string_equal(ac_oracle_info(report->finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_int_equal(report->finding.op, op);
}

static void assert_fork_is_unsafe(enum fault fault, const char *actual) {
    begin(fault);
    struct ac_report report = run(&faulty);
    assert_finding(&report, AC_ORACLE_FORK_SAFE, 2);
    assert_string_equal(report.finding.actual, actual);
    end();
    begin(fault);
    report = run_in_child(&faulty);
    assert_finding(&report, AC_ORACLE_FORK_SAFE, 2);
    assert_string_equal(report.finding.actual, actual);
    end();
}

/* --- a fork --- */

static void a_sound_allocator_is_clean(void **state) {
    (void)state;
    begin(SOUND);
    const struct ac_report report = run(&faulty);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit + report.counts.not_offered, 0);
    assert_int_equal(report.checked[AC_ORACLE_FORK_SAFE], 1 + 2); /* and for two blocks */
    assert_int_equal(heap.prepared, 1);
    assert_int_equal(heap.left, 1);
    assert_false(heap.is_child);
}

/* The child leaves no trace in the parent's report. */
static void the_child_leaves_no_trace(void **state) {
    (void)state;
    begin(SOUND);
    journal =
        mmap(NULL, sizeof *journal, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(journal, MAP_FAILED);
    memset(&progress, 0, sizeof progress);
    const struct ac_report report = run(&faulty);
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 5);
    assert_int_equal(progress.calls, 5 + 2); /* the last two at teardown */
    assert_int_equal(journal->count, 7);
    assert_int_equal(journal->at[2].function, AC_EVENT_FORK);
    assert_int_equal(journal->at[3].function, AC_FN_MALLOC);
    assert_int_equal(journal->at[3].op, 3);
    munmap(journal, sizeof *journal);
    journal = NULL;
}

static void a_fork_bomb_is_bounded(void **state) {
    (void)state;
    begin(SOUND);
    parse("ops 1\nrepeat 100000: fork\np0 = malloc 24\n");
    struct ac_report report = run(&faulty);
    assert_false(report.found);
    assert_int_equal(heap.prepared, 2);
    assert_int_equal(report.counts.over_limit, 100000 - 2);
    report = run_in_child(&faulty);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 100000 - 2);
}

static void the_c_library_and_slate_are_safe(void **state) {
    (void)state;
    const struct ac_allocator *const sound[] = {
        &ac_libc,
#ifdef ALLOCHECK_HAVE_SLATE
        &ac_slate,
#endif
    };
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        parse("ops 1\nrepeat 40: p0 = malloc 24\np50 = malloc 300K\nenter\np51 = alloca 100\n"
              "fork\nfree_every 2\np52 = calloc 1 5000\nfork\nleave\ncheck_all\n");
        const struct ac_report report = run_in_child(sound[i]);
        assert_false(report.found);
        assert_in_range(report.checked[AC_ORACLE_FORK_SAFE], 2 + 42, 200);
    }
}

/* --- faults in the child --- */

static void a_lock_that_the_child_inherits_is_found(void **state) {
    (void)state;
    assert_fork_is_unsafe(LOCK_KEPT_IN_CHILD, "the child does not return from `p1000 = malloc 24'");
    assert_fork_is_unsafe(LOCK_SPINS_IN_CHILD,
                          "the child does not return from `p1000 = malloc 24'");
}

static void a_child_that_dies_is_found(void **state) {
    (void)state;
    assert_fork_is_unsafe(CRASHES, "the child: SIGSEGV in `p1000 = malloc 24'");
    assert_fork_is_unsafe(EXITS, "the child: exit(3) in `p1000 = malloc 24'");
    assert_fork_is_unsafe(ACCUSES, "the child: SIGABRT in `p1000 = malloc 24'");
}

static void wrong_answers_in_the_child_are_found(void **state) {
    (void)state;
    assert_fork_is_unsafe(DIRTY_CALLOC, "the child: zeroed, byte 0 is 0x01, in "
                                        "`p1003 = calloc 3 40'");
    begin(SAME_BLOCK);
    const struct ac_report report = run(&faulty);
    assert_finding(&report, AC_ORACLE_FORK_SAFE, 2);
    assert_non_null(strstr(report.finding.actual, "the child: disjoint"));
}

static void what_the_child_wrote_reached_its_parent(void **state) {
    (void)state;
    begin(SHARED_HEAP);
    parse("ops 1\np0 = malloc 24\nfork\n");
    const struct ac_report report = run(&faulty);
    assert_finding(&report, AC_ORACLE_FORK_SAFE, 1);
    assert_int_equal(report.finding.slot, 0);
    assert_int_equal(report.finding.first_wrong, 0);
    end();
}

/* --- faults without a fork keep their oracle --- */

static void what_is_wrong_in_the_parent_too_is_no_matter_of_the_fork(void **state) {
    (void)state;
    begin(SAME_BLOCK_EVERYWHERE);
    parse("ops 1\np1 = calloc 3 40\nfork\n");
    const struct ac_report report = run(&faulty);
    assert_finding(&report, AC_ORACLE_DISJOINT, 1);
}

static void the_parent_is_watched_too(void **state) {
    (void)state;
    begin(LOCK_KEPT_IN_PARENT);
    struct ac_report report = run_in_child(&faulty);
    assert_finding(&report, AC_ORACLE_LIVENESS, 3);
    begin(HANDLER_HANGS);
    report = run_in_child(&faulty);
    assert_finding(&report, AC_ORACLE_LIVENESS, 2);
}

static void an_oracle_switched_off_is_silent(void **state) {
    (void)state;
    struct ac_report report;
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES &
                                                      ~AC_ORACLE_BIT(AC_ORACLE_FORK_SAFE)};
    begin(CRASHES);
    struct ac_runner *runner = ac_runner_new(&faulty, &options);
    ac_run(runner, &program, &report);
    ac_runner_delete(runner);
    assert_false(report.found);
    assert_int_equal(heap.prepared, 1);
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&program);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_allocator_is_clean),
        cmocka_unit_test(the_child_leaves_no_trace),
        cmocka_unit_test(a_fork_bomb_is_bounded),
        cmocka_unit_test(the_c_library_and_slate_are_safe),
        cmocka_unit_test(a_lock_that_the_child_inherits_is_found),
        cmocka_unit_test(a_child_that_dies_is_found),
        cmocka_unit_test(wrong_answers_in_the_child_are_found),
        cmocka_unit_test(what_the_child_wrote_reached_its_parent),
        cmocka_unit_test(what_is_wrong_in_the_parent_too_is_no_matter_of_the_fork),
        cmocka_unit_test(the_parent_is_watched_too),
        cmocka_unit_test(an_oracle_switched_off_is_silent),
    };
    ac_program_init(&program);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
