// SPDX-License-Identifier: MIT
// The op and oracle tables, and the op list.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/oracle.h"
#include "allocheck/program.h"

static void every_op_has_a_unique_code(void **state) {
    (void)state;
    bool seen[256] = {false};
    for (int kind = 0; kind < AC_OP_KINDS; kind++) {
        const struct ac_op_info *info = ac_op_info((enum ac_op_kind)kind);
        assert_non_null(info->name);
        assert_true(strlen(info->operands) <= AC_MAX_OPERANDS);
        assert_false(seen[info->code]);
        seen[info->code] = true;
    }
}

static void every_oracle_is_found_by_its_id(void **state) {
    (void)state;
    for (int oracle = 0; oracle < AC_ORACLES; oracle++) {
        const char *id = ac_oracle_info((enum ac_oracle)oracle)->id;
        assert_int_equal(ac_oracle_by_id(id, strlen(id)), oracle);
    }
    assert_int_equal(ac_oracle_by_id("zero", 4), -1);
}

static void symbols_resolve(void **state) {
    (void)state;
    const struct ac_resolve known = {.page_size = 4096, .left = 1000};
    const struct ac_operand max = {(uint64_t)-7, 0, AC_MAX}, half = {1, 0, AC_HALF};
    const struct ac_operand left = {(uint64_t)-8, 0, AC_LEFT}, page = {(uint64_t)-16, 3, AC_PAGE};
    assert_int_equal(ac_operand_resolve(ac_absolute(24), &known), 24);
    assert_true(ac_operand_resolve(max, &known) == SIZE_MAX - 7);
    assert_true(ac_operand_resolve(half, &known) == (size_t)PTRDIFF_MAX + 1);
    assert_int_equal(ac_operand_resolve(left, &known), 992);
    assert_int_equal(ac_operand_resolve(page, &known), 12272);
}

static void ops_are_inserted_and_removed_in_place(void **state) {
    (void)state;
    struct ac_program program, copy;
    ac_program_init(&program);
    ac_program_init(&copy);
    for (uint32_t i = 0; i < 200; i++) {
        struct ac_op op = {.kind = AC_OP_FREE, .repeat = 1, .slot = i};
        assert_true(ac_program_insert(&program, i / 2, &op));
    }
    assert_int_equal(program.count, 200);
    assert_true(ac_program_copy(&copy, &program));
    assert_true(ac_program_equal(&copy, &program));
    ac_program_remove(&copy, 199, 7);
    assert_int_equal(copy.count, 199);
    assert_false(ac_program_equal(&copy, &program));
    ac_program_remove(&copy, 0, 100);
    assert_true(ac_op_equal(&copy.ops[0], &program.ops[100]));
    ac_program_destroy(&copy);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_op_has_a_unique_code),
        cmocka_unit_test(every_oracle_is_found_by_its_id),
        cmocka_unit_test(symbols_resolve),
        cmocka_unit_test(ops_are_inserted_and_removed_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
