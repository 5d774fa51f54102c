// SPDX-License-Identifier: MIT
// Joining programs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/join.h"
#include "test/valid.h"

/* An ac_program_at over an array of program texts. */
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
    assert_true(program_valid(&program));
    assert_true(ac_print(&program, text, sizeof text) < sizeof text);
    assert_string_equal(text, expected);
    ac_program_destroy(&program);
}

static void each_program_gets_its_own_slots_and_end(void **state) {
    (void)state;
    static const char *const texts[] = {
        "ops 1\np0 = malloc 8\nrepeat 3: p4 = calloc 1 8\np5 = realloc p1 9\n",
        "ops 1\nwith seed=5\nenter\nenter\np0 = alloca 8\nleave\nrefuse 2\nforeign_brk 16\n",
        "ops 1\nwith seed=9\nleave\np2 = malloc 7\nfree p2\n",
    };
    assert_joined(texts, 3,
                  "ops 1\nwith seed=9\n"
                  "p0 = malloc 8\nrepeat 3: p4 = calloc 1 8\np5 = realloc p1 9\nfree_every 1\n"
                  "enter\nenter\np7 = alloca 8\nleave\nrefuse 2\nforeign_brk 16\n"
                  "refuse 0\nleave\nfree_every 1\n"
                  "leave\np10 = malloc 7\nfree p10\n");
}

static void one_program_stays_unchanged(void **state) {
    (void)state;
    static const char *const texts[] = {"ops 1\nwith limit=64K seed=3\np3 = malloc left-8\n"};
    assert_joined(texts, 1, texts[0]);
}

static void left_keeps_its_value_under_a_larger_limit(void **state) {
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

static void the_first_programs_are_dropped_above_the_call_limit(void **state) {
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

static void slots_start_over_at_the_end(void **state) {
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

/* An ac_program_at over generated programs. */
static bool generated_at(void *ctx, uint64_t index, struct ac_program *program) {
    return ac_generate(program, index, ctx);
}

static void joined_generated_programs_are_valid(void **state) {
    (void)state;
    struct ac_generate_options options = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 64};
    struct ac_program program;
    uint64_t joined;
    ac_program_init(&program);
    assert_true(ac_join(&program, generated_at, &options, 500, &joined));
    assert_true(joined > 100);
    assert_true(program_valid(&program));
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_program_gets_its_own_slots_and_end),
        cmocka_unit_test(one_program_stays_unchanged),
        cmocka_unit_test(left_keeps_its_value_under_a_larger_limit),
        cmocka_unit_test(the_first_programs_are_dropped_above_the_call_limit),
        cmocka_unit_test(slots_start_over_at_the_end),
        cmocka_unit_test(joined_generated_programs_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
