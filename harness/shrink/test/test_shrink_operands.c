// SPDX-License-Identifier: MIT
// The passes of the shrinker over operands and slots, with made-up predicates.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shrinking.h"

/* --- operands --- */

static uint64_t size_of_first(const struct ac_program *program) {
    return program->count > 0 ? value_of(program->ops[0].b) : 0;
}

static bool wants_odd_size(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size >= 1000 && size % 16 == 8;
}

static void sizes_are_lowered_by_bisection(void **state) {
    (void)state;
    assert_shrinks(wants_odd_size, "ops 1\np0 = malloc 1048584\n", "ops 1\np0 = malloc 1000\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = malloc 3*page-16\n", "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = malloc left-8\n", "ops 1\np0 = malloc 100\n");
}

/* The last word of a block must be used: by a check, or because the block is larger. */
static bool wants_check_or_size(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_MALLOC);
    return op != NULL && (first_of(program, AC_OP_FILL) != NULL || value_of(op->b) >= 24);
}

static void an_op_is_traded_for_a_larger_size(void **state) {
    (void)state;
    assert_shrinks(wants_check_or_size, "ops 1\np0 = malloc 20\nfill p0\np1 = calloc 3 8\n",
                   "ops 1\np0 = malloc 24\n");
    assert_shrinks(wants_check_or_size, "ops 1\np0 = malloc 20\nfill p0\n",
                   "ops 1\np0 = malloc 0\nfill p0\n");
}

/* Runs out of memory, by a huge request or by `refuse`. */
static bool wants_refusal(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_MALLOC);
    return op != NULL &&
           (first_of(program, AC_OP_REFUSE) != NULL || value_of(op->b) > program->head.limit - 100);
}

static void a_refused_page_is_reported_as_that(void **state) {
    (void)state;
    assert_shrinks(wants_refusal, "ops 1\np0 = malloc left-16\n",
                   "ops 1\nrefuse 0\np0 = malloc 0\n");
    assert_shrinks(wants_refusal, "ops 1\nrefuse 3\np0 = malloc 4194300\n",
                   "ops 1\nrefuse 0\np0 = malloc 0\n");
}

/* A realloc fails, because the memory is used up, or by `refuse`. */
static bool wants_refused_realloc(const struct ac_program *program) {
    const struct ac_op *last = program->count > 0 ? &program->ops[program->count - 1] : NULL;
    const bool refused = first_of(program, AC_OP_REFUSE) != NULL && value_of(last->b) >= 5000;
    return last != NULL && last->kind == AC_OP_REALLOC && calls_of(program, AC_OP_MALLOC) > 0 &&
           last->from == program->ops[0].slot &&
           (refused || calls_of(program, AC_OP_MALLOC) > 10000);
}

static void used_up_memory_is_reported_as_a_refused_page(void **state) {
    (void)state;
    assert_shrinks(wants_refused_realloc,
                   "ops 1\nrepeat 12000: p3 = malloc 16\np0 = realloc p3 17\n",
                   "ops 1\np0 = malloc 0\nrefuse 0\np0 = realloc p0 5000\n");
}

static bool wants_below_page(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size >= 4000 && size < 4096;
}

static void symbols_become_numbers(void **state) {
    (void)state;
    assert_shrinks(wants_below_page, "ops 1\np0 = malloc page-16\n", "ops 1\np0 = malloc 4000\n");
}

static bool wants_huge(const struct ac_program *program) {
    return size_of_first(program) > SIZE_MAX / 2;
}

static void what_is_huge_is_reported_from_an_end(void **state) {
    (void)state;
    assert_shrinks(wants_huge, "ops 1\np0 = malloc max-4000\n", "ops 1\np0 = malloc max\n");
    assert_shrinks(wants_huge, "ops 1\np0 = malloc 9223372036854775900\n",
                   "ops 1\np0 = malloc half+1\n");
}

static bool wants_five_million(const struct ac_program *program) {
    return size_of_first(program) >= 5000000;
}

static bool wants_large_alignment(const struct ac_program *program) {
    const uint64_t alignment = program->count > 0 ? value_of(program->ops[0].a) : 0;
    return alignment >= 3000000 && (alignment & (alignment - 1)) == 0;
}

static void the_largest_number_becomes_the_least_that_will_do(void **state) {
    (void)state;
    assert_shrinks(wants_five_million, "ops 1\np0 = malloc max-7\n",
                   "ops 1\np0 = malloc 5000000\n");
    assert_shrinks(wants_five_million, "ops 1\np0 = memalign half+1 max\n",
                   "ops 1\np0 = malloc 5000000\n");
    assert_shrinks(wants_large_alignment, "ops 1\np0 = memalign half+1 page\n",
                   "ops 1\np0 = aligned_alloc 4194304 0\n");
}

static bool wants_calloc(const struct ac_program *program) {
    return calls_of(program, AC_OP_CALLOC) > 0;
}

static void both_factors_of_nothing_become_nothing(void **state) {
    (void)state;
    assert_shrinks(wants_calloc, "ops 1\np0 = calloc 0 416\n", "ops 1\np0 = calloc 0 0\n");
}

/* --- what is left --- */

/* The second block takes more than 1,200,000 bytes of what the first one leaves. */
static bool wants_most_of_the_rest(const struct ac_program *program) {
    if (program->count < 2 || value_of(program->ops[0].b) < 2500000)
        return false;
    const struct ac_operand second = program->ops[1].b;
    const uint64_t left = (1 << 22) - value_of(program->ops[0].b);
    const uint64_t size = second.symbol == AC_LEFT ? left + second.value : second.value;
    return size >= 1200000 && size <= left;
}

static bool wants_left(const struct ac_program *program) {
    return program->count > 0 && program->ops[0].b.symbol == AC_LEFT;
}

static void what_is_left_becomes_a_number(void **state) {
    (void)state;
    assert_shrinks(wants_most_of_the_rest, "ops 1\np0 = malloc 2800000\np1 = malloc left-8\n",
                   "ops 1\np0 = malloc 2500000\np1 = malloc 1200000\n");
    assert_shrinks(wants_most_of_the_rest,
                   "ops 1\np0 = malloc 2800000\np1 = posix_memalign page left-8\n",
                   "ops 1\np0 = malloc 2500000\np1 = malloc 1200000\n");
    assert_shrinks(wants_left, "ops 1\np0 = calloc 1 left-8\n", "ops 1\np0 = malloc left\n");
}

/* --- ops on many blocks --- */

/* Two blocks of 100 bytes, one of them freed before the other is allocated. */
static bool wants_another_hundred(const struct ac_program *program) {
    if (program->count < 3)
        return false;
    const struct ac_op *last = &program->ops[program->count - 1];
    return value_of(program->ops[0].b) >= 100 &&
           (last->kind == AC_OP_LARGEST ||
            (value_of(last->b) >= 100 &&
             (calls_of(program, AC_OP_FREE_EVERY) > 0 || calls_of(program, AC_OP_FREE) > 0)));
}

static bool wants_every(const struct ac_program *program) {
    return first_of(program, AC_OP_FREE_EVERY) != NULL;
}

static void ops_on_many_blocks_become_ops_on_one(void **state) {
    (void)state;
    assert_shrinks(wants_another_hundred, "ops 1\np3 = malloc 300\np4 = malloc 5\np5 = largest\n",
                   "ops 1\np0 = malloc 100\nfree p0\np0 = malloc 100\n");
    assert_shrinks(wants_every, "ops 1\np0 = malloc 24\nfree_every 7\n", "ops 1\nfree_every 1\n");
}

static bool wants_boundary(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size == 5000 || size == 1281;
}

static void boundaries_are_tried(void **state) {
    (void)state;
    const struct ac_boundaries boundaries = {3, {640, 1280, 2560}};
    struct asked asked = {.holds = wants_boundary};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\np0 = malloc 5000\n");
    options.plan.boundaries = &boundaries;
    assert_true(ac_shrink(&program, &options, &result));
    assert_text(&program, "ops 1\np0 = malloc 1281\n");
    ac_program_destroy(&program);
}

/* --- slots --- */

static bool wants_two_blocks(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 2 && calls_of(program, AC_OP_FREE) >= 1;
}

static void slots_are_numbered_in_their_order(void **state) {
    (void)state;
    assert_shrinks(wants_two_blocks, "ops 1\np90 = malloc 1\np17 = malloc 1\nfree p17\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\nfree p1\n");
    assert_shrinks(wants_two_blocks, "ops 1\nrepeat 2: p1000000 = malloc 1\nfree p1000001\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\nfree p1\n");
}

static void slots_that_take_turns_become_one(void **state) {
    (void)state;
    assert_shrinks(wants_two_blocks, "ops 1\np4 = malloc 1\nfree p4\np5 = malloc 1\n",
                   "ops 1\np0 = malloc 0\nfree p0\np0 = malloc 0\n");
}

static bool wants_realloc(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 1 && calls_of(program, AC_OP_REALLOC) >= 1;
}

static void a_resized_block_keeps_its_slot(void **state) {
    (void)state;
    assert_shrinks(wants_realloc, "ops 1\np4 = malloc 1\np9 = realloc p4 7\n",
                   "ops 1\np0 = malloc 0\np0 = realloc p0 0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_lowered_by_bisection),
        cmocka_unit_test(an_op_is_traded_for_a_larger_size),
        cmocka_unit_test(a_refused_page_is_reported_as_that),
        cmocka_unit_test(used_up_memory_is_reported_as_a_refused_page),
        cmocka_unit_test(symbols_become_numbers),
        cmocka_unit_test(what_is_huge_is_reported_from_an_end),
        cmocka_unit_test(the_largest_number_becomes_the_least_that_will_do),
        cmocka_unit_test(both_factors_of_nothing_become_nothing),
        cmocka_unit_test(what_is_left_becomes_a_number),
        cmocka_unit_test(ops_on_many_blocks_become_ops_on_one),
        cmocka_unit_test(boundaries_are_tried),
        cmocka_unit_test(slots_are_numbered_in_their_order),
        cmocka_unit_test(slots_that_take_turns_become_one),
        cmocka_unit_test(a_resized_block_keeps_its_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
