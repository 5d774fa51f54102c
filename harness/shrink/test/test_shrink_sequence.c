// SPDX-License-Identifier: MIT
// Programs that show a finding only together, in one process.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shrink/shrink_sequence.h"
#include "test/parse.h"
#include "test/toy.h"

#include "allocheck/codec.h"

/* --- the third heap of a process that has asked for a large block is dirty --- */

static unsigned large_heaps; /* that have asked for one */
static bool counted;         /* this heap among them */

static void *open_heap(const struct ac_open_options *options) {
    (void)options;
    counted = false;
    return &large_heaps;
}

static void close_heap(void *heap) {
    (void)heap;
}

static void *allocate(void *heap, size_t size) {
    large_heaps += size >= 1000 && !counted;
    counted |= size >= 1000;
    return toy_malloc(heap, size);
}

static void *clear(void *heap, size_t count, size_t size) {
    return (large_heaps >= 2 && !counted ? toy_dirty_calloc : toy_calloc)(heap, count, size);
}

static const struct ac_allocator toy = TOY("toy", &toy_profile, allocate, toy_free, .calloc = clear,
                                           .open = open_heap, .close = close_heap);

/* --- programs: two of every ten ask for a large block; the last one shows the finding --- */

enum { PROGRAMS = 200 };

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const char *text = index + 1 == PROGRAMS ? "ops 1\np5 = malloc 7\np3 = calloc 9 9\nfree p5\n"
                       : index % 5 == 0      ? "ops 1\np1 = malloc 24\np2 = malloc 5000\nfree p1\n"
                                             : "ops 1\np1 = malloc 100\nfree p1\n";
    struct ac_program parsed;
    (void)ctx;
    parse(&parsed, text);
    const bool done = ac_program_copy(program, &parsed);
    ac_program_destroy(&parsed);
    return done;
}

static enum sequence_end shrink(struct sequence *sequence, uint64_t most_ms) {
    const struct ac_child_options options = {.target = ac_target_of(&toy),
                                             .oracles = AC_ORACLE_BIT(AC_ORACLE_ZEROED)};
    const struct sequence_task task = {.child = ac_child_new(&options),
                                       .goes_on = true,
                                       .at = program_at,
                                       .count = PROGRAMS,
                                       .wanted = {AC_ORACLE_ZEROED, AC_OP_CALLOC},
                                       .most_ms = most_ms};
    assert_non_null(task.child);
    const enum sequence_end end = shrink_sequence(sequence, &task);
    ac_child_delete(task.child);
    return end;
}

static void assert_program(const struct ac_program *program, const char *expected) {
    char text[200];
    ac_print(program, text, sizeof text);
    assert_string_equal(text, expected);
}

static void few_programs_of_few_ops_are_left(void **state) {
    struct sequence sequence;
    (void)state;
    assert_int_equal(shrink(&sequence, UINT32_MAX), SEQUENCE_SHRUNK);
    assert_int_equal(sequence.count, 3);
    assert_program(&sequence.programs[0], "ops 1\np0 = malloc 1000\n");
    assert_program(&sequence.programs[1], "ops 1\np0 = malloc 1000\n");
    assert_program(&sequence.programs[2], "ops 1\np0 = calloc 1 1\n");
    assert_int_equal(sequence.report.finding.op, 0);
    assert_int_equal(sequence.ops_before, 40 * 3 + 159 * 2 + 3);
    assert_true(sequence.minimal);
    sequence_destroy(&sequence);
}

/* Without time, all programs show it, but they are too many to be kept. */
static void what_stays_long_is_not_kept(void **state) {
    struct sequence sequence;
    (void)state;
    assert_int_equal(shrink(&sequence, 0), SEQUENCE_LONG);
    assert_int_equal(sequence.count, 0);
    sequence_destroy(&sequence);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_programs_of_few_ops_are_left),
        cmocka_unit_test(what_stays_long_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
