// SPDX-License-Identifier: MIT
// The stack that a process leaves when a signal ends it.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"
#include "explain/symbols.h"
#include "test/toy.h"

static const struct ac_allocator fragile = TOY("fragile", &toy_profile, toy_fails, toy_free);

/* The stack of the process that a request of this size ended. */
static void run_under(enum ac_oracle oracle, uint64_t size, struct stack *stack) {
    const struct ac_child_options options = {.target = ac_target_of(&fragile),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = 200};
    struct ac_child *child = ac_child_new(&options);
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(size)};
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &op));
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, oracle);
    stack_of_child(child, stack);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

static void run(uint64_t size, struct stack *stack) {
    run_under(AC_ORACLE_SURVIVES, size, stack);
}

static bool has_function(const struct stack *stack, const char *function) {
    for (size_t i = 0; i < stack->count; i++)
        if (strcmp(stack->frames[i].function, function) == 0)
            return true;
    return false;
}

/* Without the harness, which calls the allocator; names are known where symbols can be read. */
static void assert_frames(uint64_t size, const char *first, const char *second) {
    struct stack stack;
    run(size, &stack);
    assert_true(stack.count >= 2);
    if (strncmp(symbols_reader(), "libdw", 5) == 0) {
        assert_string_equal(stack.frames[0].function, first);
        assert_true(has_function(&stack, second));
    }
    for (size_t i = 0; i < stack.count; i++) {
        assert_int_not_equal(strncmp(stack.frames[i].function, "ac_", 3), 0);
        assert_string_not_equal(stack.frames[i].function, "main");
        assert_string_not_equal(stack.frames[i].place, "");
    }
}

static void a_crash_leaves_its_stack(void **state) {
    (void)state;
    assert_frames(TOY_WRITES_NULL, "write_through_null", "toy_fails");
}

static void what_abort_calls_is_left_out(void **state) {
    (void)state;
    assert_frames(TOY_ABORTS, "give_up", "toy_fails");
}

static void a_stack_that_is_used_up_is_reported_by_its_innermost_frames(void **state) {
    (void)state;
    assert_frames(TOY_OVERFLOWS_STACK, "recurse", "recurse");
}

/* The handler that walks the stack cannot leave such a place; its own frames are no stack. */
static void a_wild_jump_has_no_stack(void **state) {
    static const uint64_t sizes[] = {TOY_JUMPS_NOWHERE, TOY_JUMPS_TO_STACK};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct stack stack;
        run(sizes[i], &stack);
        assert_true(stack.count > 0);
        assert_string_equal(stack.frames[0].place, STACK_UNKNOWN);
        assert_string_equal(stack.frames[0].function, "");
    }
}

/* The crash is in the harness, which writes to the block, not in a call. */
static void outside_of_calls_there_are_no_frames(void **state) {
    (void)state;
    struct stack stack;
    run(TOY_RETURNS_WILD, &stack);
    assert_int_equal(stack.count, 0);
}

/* A process whose call does not return is asked where it is. */
static void a_hang_leaves_its_stack(void **state) {
    (void)state;
    struct stack stack;
    run_under(AC_ORACLE_LIVENESS, TOY_SPINS, &stack);
    assert_true(stack.count > 0);
    if (strncmp(symbols_reader(), "libdw", 5) == 0)
        assert_true(has_function(&stack, "spin"));
    run_under(AC_ORACLE_LIVENESS, TOY_SLEEPS, &stack);
    if (strncmp(symbols_reader(), "libdw", 5) == 0)
        assert_true(has_function(&stack, "sleep_forever"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_leaves_its_stack),
        cmocka_unit_test(what_abort_calls_is_left_out),
        cmocka_unit_test(a_stack_that_is_used_up_is_reported_by_its_innermost_frames),
        cmocka_unit_test(a_hang_leaves_its_stack),
        cmocka_unit_test(a_wild_jump_has_no_stack),
        cmocka_unit_test(outside_of_calls_there_are_no_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
