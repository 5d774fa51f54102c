// SPDX-License-Identifier: MIT
// No program, and no allocator, uses up the memory of the machine.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"
#include "test/toy.h"

static const uint64_t MIB = UINT64_C(1) << 20;

/* Sanitizer builds use more memory from the start. */
#define BOUND (UINT64_C(128) << 20)

static const struct ac_profile ends_profile = {
    .name = "ends",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
    .exhaustion_ends_process = true,
};

static const struct ac_allocator hoarder = TOY("hoarder", &toy_profile, toy_maps, toy_leaks);

/* --- programs --- */

static struct ac_program begin(uint64_t limit) {
    struct ac_program program;
    ac_program_init(&program);
    program.head.limit = limit;
    return program;
}

static void add(struct ac_program *program, enum ac_op_kind kind, uint32_t repeat,
                struct ac_operand a, struct ac_operand b) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = repeat, .a = a, .b = b};
    assert_true(ac_program_append(program, &op));
}

static void add_malloc(struct ac_program *program, uint32_t repeat, uint64_t size) {
    add(program, AC_OP_MALLOC, repeat, ac_absolute(0), ac_absolute(size));
}

static void add_free(struct ac_program *program) {
    add(program, AC_OP_FREE, 1, ac_absolute(0), ac_absolute(0));
}

/* Allocates blocks one after another, each freed at once. */
static struct ac_program churn(unsigned times, uint64_t size) {
    struct ac_program program = begin(4 * size);
    for (unsigned i = 0; i < times; i++) {
        add_malloc(&program, 1, size);
        add_free(&program);
    }
    return program;
}

static struct ac_child *new_child(const struct ac_allocator *allocator, uint64_t memory) {
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .memory = memory};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    return child;
}

/* Runs a program in a new child. */
static struct ac_report run_within(const struct ac_allocator *allocator, struct ac_program *program,
                                   uint64_t memory) {
    struct ac_report report;
    struct ac_child *child = new_child(allocator, memory);
    assert_int_equal(ac_child_run(child, program, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    ac_program_destroy(program);
    return report;
}

static struct ac_report run_alone(const struct ac_allocator *allocator,
                                  struct ac_program *program) {
    return run_within(allocator, program, BOUND);
}

/* --- the memory limit of a child --- */

static void what_is_never_given_back_is_cut(void **state) {
    (void)state;
    struct ac_program program = churn(1000, MIB);
    struct ac_report report = run_alone(&hoarder, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_memory, 1);
    assert_in_range(report.counts.calls, 2, 1999);
}

static void one_call_that_takes_all_is_cut(void **state) {
    (void)state;
    struct ac_program program = begin(UINT64_C(1) << 40);
    add_malloc(&program, 1, UINT64_C(16) << 30);
    struct ac_report report = run_alone(&hoarder, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_memory, 1);
    assert_int_equal(report.counts.calls, 1);
}

static void replay_ends_at_the_bound_too(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = new_child(&hoarder, BOUND);
    struct ac_program program = churn(1000, MIB);
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.counts.over_memory, 1);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* Each leaks 32 MiB: a process can run two or three of them. */
static void what_earlier_programs_hold_is_no_programs_fault(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = new_child(&hoarder, BOUND);
    struct ac_program program = churn(32, MIB);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
        assert_false(report.found);
        assert_int_equal(report.counts.over_memory, 0);
        assert_int_equal(report.counts.calls, 64);
    }
    ac_program_destroy(&program);
    ac_child_delete(child);
}

enum { MORE = 16 << 10 };

static void *hoard_more(void *heap, size_t size) {
    return toy_maps(heap, size > PTRDIFF_MAX ? size : size + MORE);
}

/* As a batch: one request, which reaches the limit halfway. */
static void a_batch_goes_on_in_a_fresh_process(void **state) {
    (void)state;
    struct ac_allocator more = hoarder;
    more.malloc = hoard_more;
    struct ac_child *child = new_child(&more, BOUND);
    const struct ac_batch_options options = {
        .generate = {.max_ops = 24, .groups = 1u << AC_GROUP_BASIC, .max_limit = MIB},
        .first_seed = 1,
        .count = 500,
    };
    struct ac_batch batch;
    assert_int_equal(ac_child_batch(child, &options, &batch), AC_CHILD_RAN);
    assert_false(batch.sum.found);
    assert_int_equal(batch.programs, 500);
    assert_int_equal(batch.seed, 500);
    assert_int_equal(batch.sum.counts.over_memory, 0);
    assert_true(batch.sum.counts.calls * MORE > 2 * BOUND);
    ac_child_delete(child);
}

static void *crash_when_rich(void *heap, size_t size) {
    static size_t taken;
    taken += size;
    return taken > 50 * MIB ? (abort(), NULL) : toy_maps(heap, size);
}

static void a_crash_on_the_way_is_a_finding(void **state) {
    (void)state;
    struct ac_allocator crasher = hoarder;
    crasher.malloc = crash_when_rich;
    struct ac_program program = churn(1000, MIB);
    struct ac_report report = run_alone(&crasher, &program);
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, AC_ORACLE_SURVIVES);
    assert_int_equal(report.finding.op, 100);
    assert_int_equal(report.counts.over_memory, 0);
}

static void *chatter(void *heap, size_t size) {
    static char text[1 << 20];
    ssize_t written = write(STDOUT_FILENO, text, sizeof text);
    (void)written; /* in the end it is refused */
    return toy_maps(heap, size);
}

/* The output of a child is kept in memory, so it is limited too. */
static void output_is_bounded(void **state) {
    (void)state;
    struct ac_allocator chatterer = hoarder;
    chatterer.malloc = chatter;
    struct ac_report report;
    struct ac_child *child = new_child(&chatterer, BOUND);
    struct ac_program program = churn(200, 64);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 400);
    const size_t room = 100 * MIB;
    char *text = malloc(room);
    assert_non_null(text);
    assert_in_range(ac_child_output(child, text, room), MIB, 64 * MIB);
    free(text);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* --- the runner's budget --- */

static void many_blocks_are_cut_before_they_are_asked_for(void **state) {
    (void)state;
    struct ac_program program = begin(UINT64_C(1) << 40);
    add_malloc(&program, 65536, MIB);
    struct ac_report report = run_alone(&ac_libc, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_memory, 0);
    assert_int_equal(report.counts.calls, BOUND / 2 / MIB);
    assert_int_equal(report.counts.over_limit, 65536 - BOUND / 2 / MIB);
    assert_int_equal(report.live_peak, BOUND / 2);
}

/* Freed, shrunk and moved blocks no longer count. */
static void what_is_freed_makes_room(void **state) {
    (void)state;
    struct ac_program program = begin(UINT64_C(1) << 40);
    for (int i = 0; i < 40; i++) {
        add_malloc(&program, 1, 16 * MIB);
        add(&program, AC_OP_REALLOC, 1, ac_absolute(0), ac_absolute(24 * MIB));
        add(&program, AC_OP_REALLOC, 1, ac_absolute(0), ac_absolute(16));
        add_free(&program);
    }
    struct ac_report report = run_alone(&ac_libc, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 0);
    assert_int_equal(report.counts.calls, 160);
}

static void calls_that_touch_all_keep_below_a_quarter(void **state) {
    (void)state;
    const uint64_t quarter = BOUND / 4;
    struct ac_program program = begin(UINT64_C(1) << 40);
    add(&program, AC_OP_CALLOC, 1, ac_absolute(1), ac_absolute(quarter - 1));
    add_free(&program);
    add(&program, AC_OP_CALLOC, 1, ac_absolute(1), ac_absolute(quarter)); /* over the limit */
    add_malloc(&program, 1, 16);
    add(&program, AC_OP_REALLOC, 1, ac_absolute(0), ac_absolute(quarter)); /* over the limit */
    const struct ac_operand above = {1, 0, AC_HALF};                       /* NULL, and no cost */
    add(&program, AC_OP_CALLOC, 1, ac_absolute(1), above);
    add(&program, AC_OP_REALLOC, 1, ac_absolute(0), above);
    struct ac_report report = run_alone(&ac_libc, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 2);
    assert_int_equal(report.counts.calls, 5);
    assert_true(report.checked[AC_ORACLE_MUST_FAIL] >= 2);
}

/* A block that is not touched as a whole costs little, and sizes of 33 bits are worth trying. The
 * sanitizer uses 512 MiB for it. */
static void a_large_block_of_malloc_is_tried(void **state) {
    (void)state;
    struct ac_program program = begin(UINT64_C(1) << 40);
    add_malloc(&program, 1, (UINT64_C(1) << 32) + 16);
    add(&program, AC_OP_REALLOC, 1, ac_absolute(0), ac_absolute(16));
    struct ac_report report = run_within(&ac_libc, &program, AC_MEMORY);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 0);
    assert_int_equal(report.counts.over_memory, 0);
}

/* --- allocators that end the process when memory is exhausted --- */

static void *end_when_exhausted(void *heap, size_t size) {
    return size > 32 * MIB ? (abort(), NULL) : toy_maps(heap, size);
}

static struct ac_program demanding(void) {
    struct ac_program program = begin(UINT64_C(1) << 40);
    const struct ac_operand most = {0, 0, AC_MAX};
    add_malloc(&program, 1, 64);
    add(&program, AC_OP_MALLOC, 1, ac_absolute(0), most);
    add_malloc(&program, 1, 33 * MIB);
    add_malloc(&program, 1, 64);
    return program;
}

static void what_exhausts_is_left_out_where_that_ends_the_process(void **state) {
    (void)state;
    struct ac_allocator ends = hoarder;
    ends.malloc = end_when_exhausted;
    struct ac_program program = demanding();
    struct ac_report report = run_alone(&ends, &program);
    assert_true(report.found);
    ends.profile = &ends_profile;
    program = demanding();
    report = run_alone(&ends, &program);
    assert_true(report.found); /* by what no memory can satisfy: that is a separate choice */
    assert_int_equal(report.finding.op, 1);
    struct ac_profile ends_always = ends_profile;
    ends_always.impossible_ends_process = true;
    ends.profile = &ends_always;
    program = demanding();
    report = run_alone(&ends, &program);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 2);
    assert_int_equal(report.counts.calls, 2);
}

static struct ac_page_source pages;

static void *open_mapped(const struct ac_open_options *options) {
    pages = *options->source;
    return &pages;
}

static void close_mapped(void *heap) {
    (void)heap;
}

static void *map_or_end(void *heap, size_t size) {
    (void)heap;
    size_t whole = (size / pages.page_size + 1) * pages.page_size;
    void *memory = pages.map(pages.ctx, whole);
    return memory != NULL ? memory : (abort(), NULL);
}

static void refusals_are_left_out_where_they_end_the_process(void **state) {
    (void)state;
    struct ac_allocator mapped = hoarder;
    mapped.sources = AC_SOURCE_MMAP;
    mapped.open = open_mapped;
    mapped.close = close_mapped;
    mapped.malloc = map_or_end;
    mapped.profile = &ends_profile;
    struct ac_program program = begin(MIB);
    add(&program, AC_OP_REFUSE, 1, ac_absolute(1), ac_absolute(0));
    add_malloc(&program, 1, 64);
    add_malloc(&program, 1, MIB);
    struct ac_child_options options = {.target = ac_target_of(&mapped),
                                       .oracles = AC_ORACLE_BIT(AC_ORACLE_SURVIVES)};
    struct ac_report report;
    struct ac_child *child = ac_child_new(&options);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 2);
    assert_int_equal(report.counts.calls, 1);
    ac_child_delete(child);
    mapped.profile = &toy_profile;
    options.target = ac_target_of(&mapped);
    child = ac_child_new(&options);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_true(report.found);
    ac_child_delete(child);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_never_given_back_is_cut),
        cmocka_unit_test(one_call_that_takes_all_is_cut),
        cmocka_unit_test(replay_ends_at_the_bound_too),
        cmocka_unit_test(what_earlier_programs_hold_is_no_programs_fault),
        cmocka_unit_test(a_batch_goes_on_in_a_fresh_process),
        cmocka_unit_test(a_crash_on_the_way_is_a_finding),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(many_blocks_are_cut_before_they_are_asked_for),
        cmocka_unit_test(what_is_freed_makes_room),
        cmocka_unit_test(calls_that_touch_all_keep_below_a_quarter),
        cmocka_unit_test(a_large_block_of_malloc_is_tried),
        cmocka_unit_test(what_exhausts_is_left_out_where_that_ends_the_process),
        cmocka_unit_test(refusals_are_left_out_where_they_end_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
