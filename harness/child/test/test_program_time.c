// SPDX-License-Identifier: MIT
// A program that takes too long ends without a finding, and is counted.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "allocheck/child.h"
#include "allocheck/profile.h"
#include "test/toy.h"

enum { SLOW_MS = 20 };

static void *slow_malloc(void *heap, size_t size) {
    usleep(SLOW_MS * 1000);
    return toy_malloc(heap, size);
}

static const struct ac_allocator slow = TOY("slow", &ac_standard_profile, slow_malloc, toy_free);

static struct ac_child *new_slow_child(uint32_t program_ms) {
    const struct ac_child_options options = {.target = ac_target_of(&slow),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .program_ms = program_ms};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    return child;
}

static void make_mallocs(struct ac_program *program, uint32_t count) {
    ac_program_init(program);
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = count, .b = ac_absolute(24)};
    assert_true(ac_program_append(program, &op));
}

static void a_slow_program_is_cut_and_counted(void **state) {
    (void)state;
    enum { CALLS = 40 };
    struct ac_program program;
    struct ac_report report;
    make_mallocs(&program, CALLS);
    for (int limited = 0; limited <= 1; limited++) {
        struct ac_child *child = new_slow_child(limited ? AC_INLINE_SHARE * SLOW_MS * 4 : 0);
        assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
        assert_false(report.found);
        assert_int_equal(report.counts.over_time, limited);
        assert_true(limited ? report.counts.calls < CALLS : report.counts.calls == CALLS);
        ac_child_delete(child);
    }
    ac_program_destroy(&program);
}

/* The loop of no-growth has 68,200 rounds, of 20 ms each. On a busy machine the whole program may
 * be stopped before the loop gives up. */
static void a_slow_loop_is_given_up(void **state) {
    (void)state;
    struct ac_program program;
    struct ac_report report;
    make_mallocs(&program, 1);
    struct ac_child *child = new_slow_child(4000);
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.counts.over_time + report.counts.growth_unchecked, 1);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 0);
    ac_child_delete(child);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_program_is_cut_and_counted),
        cmocka_unit_test(a_slow_loop_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
