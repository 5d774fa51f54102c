// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shrink/trail.h"

static struct trail trail;

static int clear(void **state) {
    (void)state;
    trail_clear(&trail);
    return 0;
}

/* Adds programs of `first` to 1 ops. */
static void add_down_from(size_t first) {
    struct ac_program program;
    ac_program_init(&program);
    for (size_t i = 0; i < first; i++)
        assert_true(ac_program_insert(&program, 0, &(struct ac_op){.kind = AC_OP_MALLOC}));
    for (; program.count > 0; ac_program_remove(&program, 0, 1))
        trail_add(&trail, &program);
    ac_program_destroy(&program);
}

static bool has_at_least(void *ctx, const struct ac_program *program) {
    const size_t *least = ctx;
    return program->count >= *least;
}

static size_t last_of_at_least(size_t least) {
    const struct ac_program *last = trail_last(&trail, has_at_least, &least);
    return last != NULL ? last->count : 0;
}

static void finds_the_last_that_holds(void **state) {
    (void)state;
    assert_int_equal(last_of_at_least(1), 0);
    add_down_from(20);
    for (size_t least = 1; least <= 20; least++)
        assert_int_equal(last_of_at_least(least), least);
    assert_int_equal(last_of_at_least(21), 0);
}

static void a_long_trail_keeps_programs_all_along(void **state) {
    (void)state;
    enum { LONG = 1000, APART = LONG / TRAIL_MOST * 2 + 2 };
    add_down_from(LONG);
    assert_in_range(trail.count, TRAIL_MOST / 2, TRAIL_MOST);
    assert_int_equal(trail.programs[0].count, LONG);
    for (size_t i = 1; i < trail.count; i++)
        assert_in_range(trail.programs[i - 1].count - trail.programs[i].count, 1, APART);
    assert_in_range(trail.programs[trail.count - 1].count, 1, APART);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(finds_the_last_that_holds, clear),
        cmocka_unit_test_teardown(a_long_trail_keeps_programs_all_along, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
