// SPDX-License-Identifier: MIT
// Generated programs do without what they are to leave out; otherwise they have it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"

enum { PROGRAMS = 400, ALL_GROUPS = 0xFFFF };

/* Generated ops of that kind; with `zero', those for 0 bytes. */
static size_t count(const struct ac_without *without, unsigned kind, bool zero) {
    const struct ac_generate_options options = {
        .groups = ALL_GROUPS, .max_ops = 64, .without = *without};
    struct ac_program program;
    size_t found = 0;
    ac_program_init(&program);
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        assert_true(ac_generate(&program, seed, &options));
        for (size_t i = 0; i < program.count; i++) {
            const struct ac_op *op = &program.ops[i];
            const bool is_zero = op->b.symbol == AC_ABSOLUTE && op->b.value == 0;
            found += op->kind == kind && (!zero || is_zero);
        }
    }
    ac_program_destroy(&program);
    return found;
}

static void a_function_is_left_out(void **state) {
    (void)state;
    const struct ac_without calloc = {.kinds = UINT64_C(1) << AC_OP_CALLOC};
    assert_true(count(&(struct ac_without){0}, AC_OP_CALLOC, false) > 0);
    assert_int_equal(count(&calloc, AC_OP_CALLOC, false), 0);
    assert_true(count(&calloc, AC_OP_MALLOC, false) > 0);
}

static void size_zero_is_left_out(void **state) {
    (void)state;
    assert_true(count(&(struct ac_without){0}, AC_OP_MALLOC, true) > 0);
    assert_int_equal(count(&(struct ac_without){.size_zero = true}, AC_OP_MALLOC, true), 0);
}

/* What is left of a program in text form must be `wanted'. */
static void expect_left(const char *text, struct ac_without without, const char *wanted) {
    struct ac_text_error error;
    struct ac_program program, left;
    ac_program_init(&program);
    ac_program_init(&left);
    assert_true(ac_parse(&program, text, strlen(text), &error, NULL));
    assert_true(ac_parse(&left, wanted, strlen(wanted), &error, NULL));
    ac_leave_out(&program, &without);
    assert_int_equal(program.count, left.count);
    for (size_t i = 0; i < left.count; i++)
        assert_int_equal(program.ops[i].kind, left.ops[i].kind);
    ac_program_destroy(&program);
    ac_program_destroy(&left);
}

static void realloc_of_an_empty_slot_is_left_out(void **state) {
    (void)state;
    const struct ac_without without = {.realloc_null = true};
    expect_left("ops 1\np0 = realloc p1 24\n", without, "ops 1\n");
    expect_left("ops 1\np1 = malloc 8\np0 = realloc p1 24\n", without,
                "ops 1\np1 = malloc 8\np0 = realloc p1 24\n");
    expect_left("ops 1\np1 = malloc 8\nfree p1\np1 = realloc p1 24\n", without,
                "ops 1\np1 = malloc 8\nfree p1\n");
    expect_left("ops 1\np1 = malloc max-8\np1 = realloc p1 24\n", without,
                "ops 1\np1 = malloc max-8\n");
}

static void huge_requests_are_left_out(void **state) {
    (void)state;
    const struct ac_without without = {.huge = true};
    expect_left("ops 1\np0 = malloc max-8\np1 = calloc 65536 65536\np2 = calloc 3 40\n", without,
                "ops 1\np2 = calloc 3 40\n");
}

static struct ac_without added(const char *text, size_t at) {
    struct ac_without without = {.kinds = 0};
    struct ac_text_error error;
    struct ac_program program;
    ac_program_init(&program);
    assert_true(ac_parse(&program, text, strlen(text), &error, NULL));
    ac_without_add(&without, &program, at);
    ac_program_destroy(&program);
    return without;
}

/* What leads to a finding is the trait of its op, or its kind; not what every program needs. */
static void what_leads_to_a_finding_is_added(void **state) {
    (void)state;
    const char *text = "ops 1\np0 = malloc 8\np1 = calloc max 2\np0 = realloc p0 24\n"
                       "p2 = realloc p3 24\np4 = malloc 0\nfree_sized p0\nfree p2\n";
    assert_int_equal(added(text, 0).kinds, 0);
    assert_true(added(text, 1).huge);
    assert_false(added(text, 2).realloc_null);
    assert_true(added(text, 3).realloc_null);
    assert_true(added(text, 4).size_zero);
    assert_int_equal(added(text, 5).kinds, UINT64_C(1) << AC_OP_FREE_SIZED);
    assert_int_equal(added(text, 6).kinds, 0);
}

/* Each name alone leaves out something else, and is printed again. */
static void names_are_read_and_printed(void **state) {
    (void)state;
    struct ac_without all = {.kinds = 0}, list = {.kinds = 0};
    const char *name;
    char text[AC_WITHOUT_NAMES];
    assert_int_equal(ac_without_print(&all, text, sizeof text), 0);
    assert_string_equal(text, "");
    for (size_t i = 0; (name = ac_without_name(i)) != NULL; i++) {
        struct ac_without one = {.kinds = 0};
        assert_null(ac_without_add_names(&one, name));
        assert_false(ac_without_is_empty(&one));
        ac_without_print(&one, text, sizeof text);
        assert_string_equal(text, name);
        ac_without_join(&all, &one);
    }
    assert_in_range(ac_without_print(&all, text, sizeof text), 1, sizeof text - 1);
    assert_null(ac_without_add_names(&list, text));
    assert_memory_equal(&list, &all, sizeof all);
}

static void an_unknown_name_is_refused(void **state) {
    (void)state;
    struct ac_without without = {.kinds = 0};
    assert_string_equal(ac_without_add_names(&without, "huge,mallo,calloc"), "mallo,calloc");
    assert_true(without.huge);
    assert_int_equal(without.kinds, 0);
    assert_string_equal(ac_without_add_names(&without, ""), "");
    assert_string_equal(ac_without_add_names(&without, "calloc,"), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_is_left_out),
        cmocka_unit_test(size_zero_is_left_out),
        cmocka_unit_test(realloc_of_an_empty_slot_is_left_out),
        cmocka_unit_test(huge_requests_are_left_out),
        cmocka_unit_test(what_leads_to_a_finding_is_added),
        cmocka_unit_test(names_are_read_and_printed),
        cmocka_unit_test(an_unknown_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
