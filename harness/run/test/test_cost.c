// SPDX-License-Identifier: MIT
// The cost of calls, measured in a child process.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"

enum { LARGE = 1 << 20, FATAL = 501 };

static void *odd_malloc(void *heap, size_t size) {
    return size == FATAL ? (abort(), NULL) : ac_libc.malloc(heap, size);
}

static void odd_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

static const struct ac_profile profile = {.name = "odd", .held_when_empty = SIZE_MAX};

/* Has neither calloc nor realloc; crashes at one size. */
static const struct ac_allocator odd = {.struct_size = sizeof odd,
                                        .name = "odd",
                                        .profile = &profile,
                                        .malloc = odd_malloc,
                                        .free = odd_free};

static enum ac_child_end cost_of(const struct ac_allocator *allocator, const struct ac_op *ops,
                                 size_t count, enum ac_cost_of of, struct ac_cost *cost,
                                 char *trouble) {
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    assert_non_null(child);
    ac_program_init(&program);
    for (size_t i = 0; i < count; i++)
        assert_true(ac_program_append(&program, &ops[i]));
    enum ac_child_end end = ac_child_cost(child, &program, of, cost);
    if (trouble != NULL)
        strncpy(trouble, ac_child_trouble(child), AC_LIBRARY_ERROR - 1);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return end;
}

static struct ac_op op(uint8_t kind, uint32_t slot, uint64_t size, uint32_t repeat) {
    struct ac_op made = {.kind = kind, .repeat = repeat, .slot = slot};
    made.from = kind == AC_OP_REALLOC ? slot : 0;
    made.a = kind == AC_OP_CALLOC ? ac_absolute(2) : made.a;
    if (kind != AC_OP_FREE && kind != AC_OP_CHECK)
        made.b = ac_absolute(size);
    return made;
}

static void memory_is_what_was_live_and_held_at_most(void **state) {
    (void)state;
    const struct ac_op ops[] = {
        op(AC_OP_MALLOC, 0, LARGE, 4),  op(AC_OP_CALLOC, 4, LARGE, 1), op(AC_OP_CHECK, 0, 0, 1),
        op(AC_OP_REALLOC, 0, 100, 1),   op(AC_OP_FREE, 1, 0, 3),       op(AC_OP_FREE, 900, 0, 1),
        op(AC_OP_MALLOC, 4, 5 * 64, 1),
    };
    struct ac_cost cost;
    assert_int_equal(cost_of(&ac_libc, ops, 7, AC_COST_MEMORY, &cost, NULL), AC_CHILD_RAN);
    assert_int_equal(cost.calls, 11);
    assert_int_equal(cost.skipped, 0);
    assert_int_equal(cost.live_peak, 6 * LARGE);
    assert_true(cost.resident);
    assert_in_range(cost.held_peak, 6 * LARGE, 8 * LARGE);
}

static void time_is_of_many_runs(void **state) {
    (void)state;
    const struct ac_op ops[] = {op(AC_OP_MALLOC, 0, 24, 10), op(AC_OP_FREE, 0, 0, 5)};
    struct ac_cost cost;
    assert_int_equal(cost_of(&ac_libc, ops, 2, AC_COST_TIME, &cost, NULL), AC_CHILD_RAN);
    assert_int_equal(cost.calls, 15);
    assert_true(cost.runs * cost.calls >= 100000);
    assert_true(cost.nanoseconds > 0);
}

#ifdef ALLOCHECK_HAVE_SLATE
static void a_page_source_says_what_is_held(void **state) {
    (void)state;
    const struct ac_op ops[] = {op(AC_OP_MALLOC, 0, 3000, 300), op(AC_OP_FREE, 0, 0, 300)};
    struct ac_cost cost;
    assert_int_equal(cost_of(&ac_slate, ops, 2, AC_COST_MEMORY, &cost, NULL), AC_CHILD_RAN);
    assert_int_equal(cost.live_peak, 900000);
    assert_false(cost.resident);
    assert_in_range(cost.held_peak, 900000, 3 * 900000);
    assert_int_equal(cost.held_peak % 4096, 0);
    assert_int_equal(cost_of(&ac_slate, ops, 2, AC_COST_TIME, &cost, NULL), AC_CHILD_RAN);
    assert_true(cost.nanoseconds > 0);
}
#endif

static void what_is_not_offered_is_skipped(void **state) {
    (void)state;
    const struct ac_op ops[] = {op(AC_OP_MALLOC, 0, 24, 2), op(AC_OP_CALLOC, 4, 8, 3),
                                op(AC_OP_REALLOC, 0, 48, 1)};
    struct ac_cost cost;
    assert_int_equal(cost_of(&odd, ops, 3, AC_COST_MEMORY, &cost, NULL), AC_CHILD_RAN);
    assert_int_equal(cost.calls, 2);
    assert_int_equal(cost.skipped, 4);
}

static void refusals_are_counted(void **state) {
    (void)state;
    const struct ac_op ops[] = {op(AC_OP_MALLOC, 0, 24, 2), op(AC_OP_MALLOC, 4, SIZE_MAX, 3),
                                op(AC_OP_REALLOC, 0, SIZE_MAX, 1)};
    struct ac_cost cost;
    assert_int_equal(cost_of(&ac_libc, ops, 3, AC_COST_MEMORY, &cost, NULL), AC_CHILD_RAN);
    assert_int_equal(cost.refused, 4);
    assert_int_equal(cost.live_peak, 48);
}

static void an_end_of_the_process_is_reported(void **state) {
    (void)state;
    const struct ac_op ops[] = {op(AC_OP_MALLOC, 0, FATAL, 1)};
    struct ac_cost cost;
    char trouble[AC_LIBRARY_ERROR] = "";
    assert_int_equal(cost_of(&odd, ops, 1, AC_COST_TIME, &cost, trouble), AC_CHILD_FAILED);
    assert_non_null(strstr(trouble, "SIGABRT"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_what_was_live_and_held_at_most),
        cmocka_unit_test(time_is_of_many_runs),
#ifdef ALLOCHECK_HAVE_SLATE
        cmocka_unit_test(a_page_source_says_what_is_held),
#endif
        cmocka_unit_test(what_is_not_offered_is_skipped),
        cmocka_unit_test(refusals_are_counted),
        cmocka_unit_test(an_end_of_the_process_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
