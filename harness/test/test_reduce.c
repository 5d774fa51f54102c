// SPDX-License-Identifier: MIT
// Dropping ops with a made-up predicate, and joining programs on an allocator that remembers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/reduce.h"
#include "random_program.h"

/* --- reduce --- */

/* Shows it while the ops with these sizes are there, in any place. */
struct wanted {
    uint64_t sizes[8];
    size_t count;
    uint64_t asked;
    uint64_t last_ask; /* stop after so many; 0: never */
};

static bool holds_size(const struct ac_program *program, uint64_t size) {
    for (size_t i = 0; i < program->count; i++) {
        if (program->ops[i].b.value == size) {
            return true;
        }
    }
    return false;
}

static bool still_wanted(void *ctx, const struct ac_program *program) {
    struct wanted *wanted = ctx;
    wanted->asked++;
    for (size_t i = 0; i < wanted->count; i++) {
        if (!holds_size(program, wanted->sizes[i])) {
            return false;
        }
    }
    return true;
}

static bool stop_at_last(void *ctx) {
    const struct wanted *wanted = ctx;
    return wanted->last_ask != 0 && wanted->asked >= wanted->last_ask;
}

/* Ops whose sizes are 0 .. count - 1. */
static void fill_program(struct ac_program *program, uint64_t count) {
    ac_program_init(program);
    program->head.seed = 77;
    for (uint64_t i = 0; i < count; i++) {
        struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(i)};
        assert_true(ac_program_append(program, &op));
    }
}

static struct ac_reduced reduce(struct ac_program *program, struct wanted *wanted,
                                uint64_t max_tries) {
    struct ac_reduced result;
    const struct ac_reduce_options options = {
        .max_tries = max_tries, .stop = stop_at_last, .ctx = wanted};
    assert_true(ac_reduce(program, still_wanted, &options, &result));
    return result;
}

static void only_what_is_needed_stays_in_its_order(void **state) {
    (void)state;
    struct ac_program program;
    struct wanted wanted = {.sizes = {3, 98, 50}, .count = 3};
    fill_program(&program, 99);
    struct ac_reduced result = reduce(&program, &wanted, 10000);
    assert_true(result.minimal);
    assert_int_equal(result.tries, wanted.asked);
    assert_int_equal(program.count, 3);
    assert_int_equal(program.head.seed, 77);
    assert_int_equal(program.ops[0].b.value, 3);
    assert_int_equal(program.ops[1].b.value, 50);
    assert_int_equal(program.ops[2].b.value, 98);
    ac_program_destroy(&program);
}

static void what_needs_nothing_ends_empty(void **state) {
    (void)state;
    for (uint64_t count = 0; count < 5; count++) {
        struct ac_program program;
        struct wanted wanted = {.count = 0};
        fill_program(&program, count);
        assert_true(reduce(&program, &wanted, 100).minimal);
        assert_int_equal(program.count, 0);
        ac_program_destroy(&program);
    }
}

/* Shows it where an op stands behind its partner, or the partner is missing: what can be dropped
 * depends on what was dropped before. */
static bool still_ordered(void *ctx, const struct ac_program *program) {
    (void)ctx;
    bool pair = false;
    size_t odd = 0;
    for (size_t i = 0; i < program->count; i++) {
        odd += program->ops[i].b.value % 2;
        pair |= i > 0 && program->ops[i].b.value == 2 * program->ops[i - 1].b.value + 1;
    }
    return pair || odd >= 7;
}

static void no_single_op_can_be_dropped(void **state) {
    (void)state;
    struct ac_random random = {1};
    for (int round = 0; round < random_rounds("reduce", 200); round++) {
        struct ac_program program, shorter;
        struct ac_reduced result;
        const struct ac_reduce_options options = {.max_tries = 100000};
        ac_program_init(&program);
        ac_program_init(&shorter);
        for (uint64_t left = 20 + ac_random_below(&random, 60); left > 0; left--) {
            struct ac_op op = {
                .kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(ac_random_below(&random, 40))};
            assert_true(ac_program_append(&program, &op));
        }
        if (still_ordered(NULL, &program)) {
            assert_true(ac_reduce(&program, still_ordered, &options, &result));
            assert_true(result.minimal);
            assert_true(still_ordered(NULL, &program));
            for (size_t i = 0; i < program.count; i++) {
                assert_true(ac_program_copy(&shorter, &program));
                ac_program_remove(&shorter, i, 1);
                assert_false(still_ordered(NULL, &shorter));
            }
        }
        ac_program_destroy(&program);
        ac_program_destroy(&shorter);
    }
}

static void tries_and_stop_end_it(void **state) {
    (void)state;
    struct ac_program program;
    struct wanted wanted = {.sizes = {5, 60}, .count = 2};
    fill_program(&program, 64);
    struct ac_reduced result = reduce(&program, &wanted, 6);
    assert_int_equal(result.tries, 6);
    assert_false(result.minimal);
    assert_true(still_wanted(&wanted, &program));
    wanted.asked = 0;
    wanted.last_ask = 4;
    result = reduce(&program, &wanted, 1000);
    assert_int_equal(result.tries, 4);
    assert_false(result.minimal);
    assert_true(still_wanted(&wanted, &program));
    ac_program_destroy(&program);
}

/* --- join --- */

/* Texts of programs, as ac_program_at takes them. */
static bool text_at(void *ctx, uint64_t index, struct ac_program *program) {
    const char *const *texts = ctx;
    struct ac_text_error error;
    assert_true(ac_parse(program, texts[index], strlen(texts[index]), &error, NULL));
    return true;
}

static void assert_joined(const char *const *texts, uint64_t count, const char *expected) {
    struct ac_program program;
    uint64_t joined;
    char text[1000];
    ac_program_init(&program);
    assert_true(ac_join(&program, text_at, (void *)(uintptr_t)texts, count, &joined));
    assert_int_equal(joined, count);
    assert_true(ac_program_normal(&program));
    assert_true(ac_print(&program, text, sizeof text) < sizeof text);
    assert_string_equal(text, expected);
    ac_program_destroy(&program);
}

static void each_has_slots_of_its_own_and_ends_as_a_run_does(void **state) {
    (void)state;
    static const char *const texts[] = {
        "ops 1\np0 = malloc 8\nrepeat 3: p4 = calloc 1 8\np5 = realloc p1 9\n",
        "ops 1\nwith seed=5\nenter\nenter\np0 = alloca 8\nleave\nrefuse 2\nstranger 16\n",
        "ops 1\nwith seed=9\nleave\np2 = malloc 7\nfree p2\n",
    };
    assert_joined(texts, 3,
                  "ops 1\nwith seed=9\n"
                  "p0 = malloc 8\nrepeat 3: p4 = calloc 1 8\np5 = realloc p1 9\nfree_every 1\n"
                  "enter\nenter\np7 = alloca 8\nleave\nrefuse 2\nstranger 16\n"
                  "refuse 0\nleave\nfree_every 1\n"
                  "leave\np10 = malloc 7\nfree p10\n");
}

static void one_alone_is_as_it_was(void **state) {
    (void)state;
    static const char *const texts[] = {"ops 1\nwith limit=64K seed=3\np3 = malloc left-8\n"};
    assert_joined(texts, 1, texts[0]);
}

static void what_is_left_means_the_same_under_a_larger_limit(void **state) {
    (void)state;
    static const char *const texts[] = {
        "ops 1\nwith limit=64K\np0 = malloc left-8\n",
        "ops 1\nwith limit=128K\np0 = malloc left\n",
        "ops 1\nwith limit=96K\np0 = calloc left 1\n",
    };
    assert_joined(texts, 3,
                  "ops 1\nwith limit=128K\np0 = malloc left-65544\nfree_every 1\n"
                  "p1 = malloc left\nfree_every 1\np2 = calloc left-32768 1\n");
}

static void the_first_are_left_out_where_calls_run_out(void **state) {
    (void)state;
    static const char *const texts[] = {
        "ops 1\nrepeat 60000: p0 = malloc 8\n",
        "ops 1\nrepeat 60000: p0 = malloc 16\n",
        "ops 1\np0 = malloc 24\n",
    };
    struct ac_program program;
    uint64_t joined;
    ac_program_init(&program);
    assert_true(ac_join(&program, text_at, (void *)(uintptr_t)texts, 3, &joined));
    assert_int_equal(joined, 2);
    assert_int_equal(program.ops[0].b.value, 16);
    assert_int_equal(program.count, 3);
    ac_program_destroy(&program);
}

static void slots_start_anew_when_they_run_out(void **state) {
    (void)state;
    static const char *const texts[] = {
        "ops 1\np0 = malloc 8\n",
        "ops 1\np1048575 = malloc 8\n",
        "ops 1\np1 = malloc 8\n",
    };
    assert_joined(texts, 3,
                  "ops 1\np0 = malloc 8\nfree_every 1\np1048575 = malloc 8\nfree_every 1\n"
                  "p1 = malloc 8\n");
}

/* Programs of the generator: the same ops in the same order, each with the op that it was. */
static bool generated_at(void *ctx, uint64_t index, struct ac_program *program) {
    return ac_generate(program, index, ctx);
}

static void generated_programs_join_to_normal_ones(void **state) {
    (void)state;
    struct ac_generate_options options = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 64};
    struct ac_program program;
    uint64_t joined;
    ac_program_init(&program);
    assert_true(ac_join(&program, generated_at, &options, 500, &joined));
    assert_true(joined > 100);
    assert_true(ac_program_normal(&program));
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_needed_stays_in_its_order),
        cmocka_unit_test(what_needs_nothing_ends_empty),
        cmocka_unit_test(no_single_op_can_be_dropped),
        cmocka_unit_test(tries_and_stop_end_it),
        cmocka_unit_test(each_has_slots_of_its_own_and_ends_as_a_run_does),
        cmocka_unit_test(one_alone_is_as_it_was),
        cmocka_unit_test(what_is_left_means_the_same_under_a_larger_limit),
        cmocka_unit_test(the_first_are_left_out_where_calls_run_out),
        cmocka_unit_test(slots_start_anew_when_they_run_out),
        cmocka_unit_test(generated_programs_join_to_normal_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
