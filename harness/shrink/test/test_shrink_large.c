// SPDX-License-Identifier: MIT
// Large programs: few candidates must do most of the work, because each takes long to run.
#include "shrinking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void append(struct ac_program *program, enum ac_op_kind kind, uint64_t number) {
    const bool has_size = strchr(ac_op_info(kind)->operands, 'S') != NULL;
    const struct ac_operand operand = ac_absolute(number);
    const struct ac_op op = {.kind = (uint8_t)kind,
                             .repeat = 1,
                             .slot = (uint32_t)program->count % 50,
                             .a = has_size ? ac_absolute(0) : operand,
                             .b = has_size ? operand : ac_absolute(0)};
    struct ac_op plain = op;
    if (strchr(ac_op_info(kind)->operands, 'P') == NULL &&
        strchr(ac_op_info(kind)->operands, 'D') == NULL)
        plain.slot = 0;
    assert_true(ac_program_append(program, &plain));
}

/* 1000 times a malloc, a free, and a check of all; then a trim. */
static void make_long(struct ac_program *program) {
    ac_program_init(program);
    for (int i = 0; i < 1000; i++) {
        append(program, AC_OP_MALLOC, 100);
        append(program, AC_OP_FREE, 0);
        append(program, AC_OP_CHECK_ALL, 0);
    }
    append(program, AC_OP_TRIM, 0);
}

/* Shrinks with at most this many candidates. */
static void shrink_with(struct ac_program *program, predicate *holds, uint64_t tries) {
    struct asked asked = {.holds = holds, .last_ask = tries};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    options.plan.last_op = program->count - 1;
    options.max_tries = tries;
    assert_true(ac_shrink(program, &options, &result));
}

static bool wants_trim(const struct ac_program *program) {
    return program->count > 0 && program->ops[program->count - 1].kind == AC_OP_TRIM;
}

static void the_last_op_alone_is_tried_first(void **state) {
    struct ac_program program;
    (void)state;
    make_long(&program);
    shrink_with(&program, wants_trim, 1);
    assert_text(&program, "ops 1\ntrim\n");
    ac_program_destroy(&program);
}

static bool wants_few_before(const struct ac_program *program) {
    return wants_trim(program) && calls_of(program, AC_OP_FREE) >= 2 &&
           calls_of(program, AC_OP_CHECK_ALL) >= 2;
}

static void what_came_just_before_is_tried_next(void **state) {
    struct ac_program program;
    (void)state;
    make_long(&program);
    shrink_with(&program, wants_few_before, 5);
    assert_in_range(program.count, 5, 8);
    ac_program_destroy(&program);
}

static bool wants_many_calls(const struct ac_program *program) {
    return wants_trim(program) && calls_of(program, AC_OP_MALLOC) >= 900;
}

static void calls_that_only_count_become_a_repeat(void **state) {
    struct ac_program program;
    (void)state;
    make_long(&program);
    shrink_with(&program, wants_many_calls, 200);
    assert_text(&program, "ops 1\nrepeat 900: p0 = malloc 0\ntrim\n");
    ac_program_destroy(&program);
}

/* 64 programs as ac_join makes them: some ops, then the free of all blocks. */
static void make_joined(struct ac_program *program) {
    ac_program_init(program);
    for (uint64_t i = 0; i < 64; i++) {
        for (int op = 0; op < 30; op++)
            append(program, AC_OP_MALLOC, i);
        append(program, AC_OP_FREE_EVERY, 1);
    }
    append(program, AC_OP_TRIM, 0);
}

static bool has_size(const struct ac_program *program, uint64_t size, uint64_t times) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].kind == AC_OP_MALLOC &&
            ac_operand_equal(program->ops[i].b, ac_absolute(size)))
            times -= times > 0;
    return times == 0;
}

static bool wants_two_programs(const struct ac_program *program) {
    return wants_trim(program) && has_size(program, 20, 30) && has_size(program, 41, 30);
}

static void whole_programs_go_before_ops(void **state) {
    struct ac_program program;
    (void)state;
    make_joined(&program);
    assert_int_equal(program.count, 64 * 31 + 1);
    shrink_with(&program, wants_two_programs, 150);
    assert_in_range(program.count, 61, 2 * 31 + 1);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_op_alone_is_tried_first),
        cmocka_unit_test(what_came_just_before_is_tried_next),
        cmocka_unit_test(calls_that_only_count_become_a_repeat),
        cmocka_unit_test(whole_programs_go_before_ops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
