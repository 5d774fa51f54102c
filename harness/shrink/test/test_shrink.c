// SPDX-License-Identifier: MIT
// The shrinker, and its passes over ops and repeats, with made-up predicates.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/generate.h"
#include "test/random_program.h"
#include "shrinking.h"

/* --- ops --- */

static bool always(const struct ac_program *program) {
    (void)program;
    return true;
}

static void what_needs_nothing_ends_empty(void **state) {
    (void)state;
    assert_shrinks(always, "ops 1\nwith seed=3 source=brk\np0 = malloc 8\nfree p0\n", "ops 1\n");
    assert_shrinks(always, "ops 1\n", "ops 1\n");
}

static bool wants_three_kinds(const struct ac_program *program) {
    return first_of(program, AC_OP_TRIM) != NULL && first_of(program, AC_OP_ENTER) != NULL &&
           first_of(program, AC_OP_CHECK_ALL) != NULL;
}

static void only_what_is_needed_stays_in_its_order(void **state) {
    (void)state;
    assert_shrinks(wants_three_kinds,
                   "ops 1\np0 = malloc 8\ntrim\np1 = malloc 9\nfree p0\nenter\nfree p1\nleave\n"
                   "refuse 3\ncheck_all\nfork\np3 = calloc 3 4\nfree p3\n",
                   "ops 1\ntrim\nenter\ncheck_all\n");
}

/* The predicate needs an odd number of ops: only pairs can go. */
static bool wants_even(const struct ac_program *program) {
    return program->count % 2 == 0 && first_of(program, AC_OP_TRIM) != NULL;
}

static void two_ops_are_left_out_together(void **state) {
    (void)state;
    assert_shrinks(wants_even, "ops 1\nenter\nfork\ntrim\nleave\n", "ops 1\ntrim\nleave\n");
}

/* A block and its free can only go together. */
static bool wants_balance(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) ==
               calls_of(program, AC_OP_FREE) + calls_of(program, AC_OP_CHECK) &&
           calls_of(program, AC_OP_CHECK) == calls_of(program, AC_OP_FREE) &&
           first_of(program, AC_OP_TRIM) != NULL;
}

static void all_ops_of_a_slot_are_left_out(void **state) {
    (void)state;
    assert_shrinks(wants_balance,
                   "ops 1\np7 = malloc 8\nrepeat 2: p7 = malloc 8\ntrim\ncheck p7\nrepeat 1: free "
                   "p7\np7 = malloc 9\ncheck p7\nfree p7\n",
                   "ops 1\ntrim\n");
}

/* --- repeats --- */

static bool wants_thirteen(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 13;
}

static void repeats_are_lowered(void **state) {
    (void)state;
    assert_shrinks(wants_thirteen, "ops 1\nrepeat 200: p3 = malloc 24\n",
                   "ops 1\nrepeat 13: p0 = malloc 0\n");
}

static void equal_neighbours_become_one(void **state) {
    (void)state;
    assert_shrinks(wants_thirteen,
                   "ops 1\np0 = malloc 24\np1 = malloc 24\nrepeat 3: p2 = malloc 24\np9 = malloc "
                   "7\np8 = malloc 3\nrepeat 9: p7 = malloc 24\n",
                   "ops 1\nrepeat 13: p0 = malloc 0\n");
}

/* A few large blocks are enough: of many sizes, the last is repeated. */
static bool wants_large_sum(const struct ac_program *program) {
    uint64_t sum = 0;
    for (size_t i = 0; i < program->count; i++)
        sum += program->ops[i].repeat * value_of(program->ops[i].b);
    return sum >= 4000 && calls_of(program, AC_OP_MALLOC) % 8 == 0;
}

static void fewer_ops_repeat_more_often(void **state) {
    (void)state;
    assert_shrinks(wants_large_sum,
                   "ops 1\np0 = malloc 500\np1 = malloc 501\np2 = malloc 502\np3 = malloc "
                   "503\np4 = malloc 504\np5 = malloc 505\np6 = malloc 506\np7 = malloc 507\n",
                   "ops 1\nrepeat 8: p0 = malloc 500\n");
}

static bool wants_slot_seven(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_FREE);
    return op != NULL && op->slot + op->repeat == 8;
}

static void the_first_repeats_are_left_out(void **state) {
    (void)state;
    assert_shrinks(wants_slot_seven, "ops 1\nrepeat 8: free p0\n", "ops 1\nfree p7\n");
}

/* Two single ops need no third one, one op with a repeat does. */
static bool wants_singles(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 2 &&
           (program->ops[0].repeat == 1 || first_of(program, AC_OP_TRIM) != NULL);
}

static void twice_becomes_two_ops(void **state) {
    (void)state;
    assert_shrinks(wants_singles, "ops 1\nrepeat 2: p5 = malloc 24\ntrim\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\n");
}

/* --- complete runs --- */

/* What can go depends on what went before. */
static bool wants_partner(const struct ac_program *program) {
    bool pair = false;
    size_t odd = 0;
    for (size_t i = 0; i < program->count; i++) {
        odd += program->ops[i].b.value % 2;
        pair |= i > 0 && program->ops[i].b.value == 2 * program->ops[i - 1].b.value + 1;
    }
    return pair || odd >= 7;
}

static void assert_minimal(const struct ac_program *program, predicate *holds) {
    const struct ac_shrink_plan plan = {.last_op = SIZE_MAX};
    struct ac_shrinker *shrinker = ac_shrinker_new(program, &plan);
    const struct ac_program *candidate;
    assert_non_null(shrinker);
    while ((candidate = ac_shrinker_next(shrinker)) != NULL) {
        assert_true(ac_program_simpler(candidate, program));
        assert_false(holds(candidate));
        ac_shrinker_conclude(shrinker, 1, false);
    }
    assert_true(ac_shrinker_is_minimal(shrinker));
    assert_true(ac_program_equal(ac_shrinker_best(shrinker), program));
    ac_shrinker_delete(shrinker);
}

static void no_single_step_more_can_be_taken(void **state) {
    (void)state;
    const struct ac_generate_options generate = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 64};
    unsigned shrunk = 0;
    for (int round = 0; round < random_rounds("shrink", 100); round++) {
        struct asked asked = {.holds = wants_partner};
        const struct ac_shrink_options options = options_for(&asked, 4);
        struct ac_shrunk result;
        struct ac_program program;
        ac_program_init(&program);
        assert_true(ac_generate(&program, (uint64_t)round, &generate));
        if (wants_partner(&program)) {
            assert_true(ac_shrink(&program, &options, &result));
            assert_true(result.minimal);
            assert_true(wants_partner(&program));
            assert_minimal(&program, wants_partner);
            shrunk++;
        }
        ac_program_destroy(&program);
    }
    assert_true(shrunk > 0);
}

/* `simpler` is a strict order. */
static void simpler_is_an_order(void **state) {
    (void)state;
    const struct ac_generate_options generate = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 3};
    struct ac_program left, right;
    unsigned ordered = 0;
    ac_program_init(&left);
    ac_program_init(&right);
    for (uint64_t seed = 0; seed < 500; seed++) {
        assert_true(ac_generate(&left, seed, &generate));
        assert_true(ac_generate(&right, seed + 1, &generate));
        assert_false(ac_program_simpler(&left, &left));
        assert_false(ac_program_simpler(&left, &right) && ac_program_simpler(&right, &left));
        ordered += ac_program_simpler(&left, &right) || ac_program_simpler(&right, &left);
    }
    assert_true(ordered > 400);
    ac_program_destroy(&left);
    ac_program_destroy(&right);
}

static void tries_and_stop_end_it(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen, .last_ask = 4};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\ntrim\nenter\nrepeat 20: p3 = malloc 24\nleave\nfork\n");
    assert_true(ac_shrink(&program, &options, &result));
    assert_int_equal(result.tries, 4);
    assert_false(result.minimal);
    assert_true(wants_thirteen(&program));
    asked = (struct asked){.holds = wants_thirteen};
    options.max_tries = 6;
    options.batch = 4;
    assert_true(ac_shrink(&program, &options, &result));
    assert_true(result.tries <= 6);
    assert_false(result.minimal);
    assert_true(wants_thirteen(&program));
    ac_program_destroy(&program);
}

static void what_is_after_the_finding_goes_at_once(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen, .last_ask = 1};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\nrepeat 20: p3 = malloc 24\ntrim\nleave\nfork\n");
    options.plan.last_op = 0;
    assert_true(ac_shrink(&program, &options, &result));
    assert_int_equal(program.count, 1);
    ac_program_destroy(&program);
}

static void chosen_passes_alone_are_made(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\nwith seed=4\ntrim\nrepeat 20: p3 = malloc 24\n");
    options.plan.goals = AC_SHRINK_OPS | AC_SHRINK_REPEATS;
    assert_true(ac_shrink(&program, &options, &result));
    assert_text(&program, "ops 1\nwith seed=4\nrepeat 13: p3 = malloc 24\n");
    ac_program_destroy(&program);
}

static void sizes_of_programs_are_counted(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\nwith limit=64K seed=3\nrepeat 3: p0 = calloc 2 8\nfree p0\non 1: free "
                    "p1\ntrim\nexit 2\n");
    const struct ac_program_size size = ac_program_measure(&program);
    assert_int_equal(size.ops, 5);
    assert_int_equal(size.calls, 7);
    assert_int_equal(size.operands, 7);
    assert_int_equal(size.threads, 3);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_nothing_ends_empty),
        cmocka_unit_test(only_what_is_needed_stays_in_its_order),
        cmocka_unit_test(two_ops_are_left_out_together),
        cmocka_unit_test(all_ops_of_a_slot_are_left_out),
        cmocka_unit_test(repeats_are_lowered),
        cmocka_unit_test(equal_neighbours_become_one),
        cmocka_unit_test(fewer_ops_repeat_more_often),
        cmocka_unit_test(the_first_repeats_are_left_out),
        cmocka_unit_test(twice_becomes_two_ops),
        cmocka_unit_test(no_single_step_more_can_be_taken),
        cmocka_unit_test(simpler_is_an_order),
        cmocka_unit_test(tries_and_stop_end_it),
        cmocka_unit_test(what_is_after_the_finding_goes_at_once),
        cmocka_unit_test(chosen_passes_alone_are_made),
        cmocka_unit_test(sizes_of_programs_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
