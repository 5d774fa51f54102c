// SPDX-License-Identifier: MIT
// Which findings have the same cause.
#include "results/cause.h"
#include "results/finding.h"

#include "allocheck/program.h"
#include "test/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A finding at the last op of a program, or at its end. */
struct seen {
    enum ac_oracle oracle;
    const char *ops;    /* without the first line */
    bool at_end;        /* not at the last op */
    const char *output; /* with a stack; NULL: none */
};

static void describe(const struct seen *seen, struct cause *cause) {
    char text[512] = "ops 1\n";
    struct ac_program program;
    struct ac_finding finding;
    struct stack stack;
    stack_read(seen->output, seen->output != NULL ? strlen(seen->output) : 0, &stack);
    strcat(text, seen->ops);
    parse(&program, text);
    ac_finding_at(&finding, seen->oracle, (uint32_t)(program.count - !seen->at_end));
    assert_true(cause_of(&program, &finding, &stack, cause));
    ac_program_destroy(&program);
}

static bool is_same(const struct seen *left, const struct seen *right) {
    struct cause first, second;
    describe(left, &first);
    describe(right, &second);
    assert_int_equal(cause_is_same(&first, &second), cause_is_same(&second, &first));
    return cause_is_same(&first, &second);
}

#define AT_OP(id, ops)                                                                             \
    { AC_ORACLE_##id, ops, false, NULL }
#define AT_END(id, ops)                                                                            \
    { AC_ORACLE_##id, ops, true, NULL }

/* Each pair was seen on one planted-bug allocator, which has one bug. */
static void programs_of_one_bug(void **state) {
    static const struct seen pairs[][2] = {
        {AT_OP(MUST_FAIL, "p0 = aligned_alloc 32 max\n"),
         AT_OP(MUST_FAIL, "p0 = memalign 17 max\n")},
        {AT_OP(MUST_FAIL, "p0 = aligned_alloc 32 max\n"),
         AT_OP(MUST_FAIL, "p0 = malloc 4194293\np1 = posix_memalign 32 left-12\n")},
        {AT_OP(FAILURE_KEEPS, "p0 = malloc 41\np0 = realloc p0 max\n"),
         AT_OP(FAILURE_KEEPS, "p0 = malloc 41\np1 = largest\np1 = reallocarray p1 1 max\n")},
        {AT_OP(FAILURE_KEEPS, "p0 = malloc 41\np0 = realloc p0 max\n"),
         AT_OP(SURVIVES, "p0 = malloc 65481\np0 = realloc p0 41\np0 = realloc p0 max\n")},
        {AT_OP(INTACT, "p0 = malloc 33\np1 = malloc 33\nfree p0\np0 = calloc 1 33\nfill p1\n"),
         AT_END(INTACT, "p0 = malloc 0\np1 = malloc 1\nfree p0\np1 = calloc 1 1\n")},
        {AT_END(INTACT, "p0 = malloc 17\np1 = malloc 17\nfree p0\np0 = calloc 1 17\n"),
         AT_END(INTACT, "repeat 3: p0 = malloc 17\nfree_every 2\np2 = calloc 1 17\n")},
        {AT_END(INTACT, "p0 = malloc 17\np1 = malloc 17\nfree p0\np0 = calloc 1 17\n"),
         AT_END(INTACT, "p0 = malloc 9\np1 = malloc 9\np0 = realloc p0 99\np0 = calloc 1 9\n")},
        {AT_OP(ZEROED, "p0 = malloc 17\nfree p0\np0 = calloc 1 17\n"), AT_OP(ZEROED, "fork\n")},
        {AT_OP(DISJOINT, "repeat 66: p0 = malloc 17\n"),
         AT_OP(DISJOINT, "repeat 65: p0 = malloc 33\np65 = realloc p65 33\n")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!is_same(&pairs[i][0], &pairs[i][1]))
            fail_msg("apart:\n%s%s", pairs[i][0].ops, pairs[i][1].ops);
}

static void programs_of_two_bugs(void **state) {
    static const struct seen pairs[][2] = {
        /* another oracle about an answer */
        {AT_OP(MUST_FAIL, "p0 = malloc max\n"), AT_OP(ERRNO, "p0 = malloc max\n")},
        /* a product that wraps is no large size */
        {AT_OP(MUST_FAIL, "p0 = malloc max\n"),
         AT_OP(MUST_FAIL, "p0 = calloc 2305843009213693954 8\n")},
        {AT_OP(ERRNO, "p0 = malloc max\n"), AT_OP(ERRNO, "p0 = malloc 8\nfree p0\n")},
        {AT_OP(ZERO_SIZE, "p0 = malloc 0\n"),
         AT_OP(ZERO_SIZE, "p0 = malloc 0\np0 = realloc p0 0\n")},
        {AT_OP(PRESERVED, "p0 = malloc 17\np0 = realloc p0 65481\n"),
         AT_OP(PRESERVED, "p0 = malloc 41\np0 = realloc p0 25\n")},
        /* two ordinary calls are in most programs */
        {AT_OP(ZEROED, "p0 = malloc 17\nfree p0\np0 = calloc 1 17\n"),
         AT_OP(SURVIVES, "p0 = malloc 5000\nfree p0\n")},
        {AT_OP(ZEROED, "p0 = calloc 1 64\n"),
         AT_OP(ZEROED, "p0 = malloc 30\nfree p0\np0 = calloc 1 1\n")},
        {AT_OP(ZEROED, "p0 = calloc 1 1\n"), AT_OP(SURVIVES, "p0 = malloc 1\n")},
        /* the same calls, but of one block and of two */
        {AT_OP(SURVIVES, "p0 = malloc 1\nfree p0\nfree p0\n"),
         AT_OP(ZEROED, "p0 = malloc 1\np1 = malloc 1\nfree p0\nfree p1\np0 = calloc 1 1\n")},
        {AT_OP(LIVENESS, "p0 = malloc 5000\n"), AT_OP(LIVENESS, "p0 = memalign 0 8\n")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (is_same(&pairs[i][0], &pairs[i][1]))
            fail_msg("together:\n%s%s", pairs[i][0].ops, pairs[i][1].ops);
}

/* --- stacks --- */

#define FRAMES(inner, entry)                                                                       \
    "    #0 0x1 in " inner " (/libheap.so+0x1)\n"                                                  \
    "    #1 0x2 in " entry " (/libheap.so+0x2)\n"

static void frames_come_first(void **state) {
    static const struct seen sized = {AC_ORACLE_SURVIVES, "free_sized p0\n", false,
                                      FRAMES("sdallocx_impl", "free_sized")},
                             aligned = {AC_ORACLE_SURVIVES,
                                        "p0 = malloc 8\nfree p0\nfree_aligned_sized p0\n", false,
                                        FRAMES("sdallocx_impl", "free_aligned_sized")},
                             elsewhere = {AC_ORACLE_SURVIVES, "p0 = malloc 8\nfree p0\n", false,
                                          FRAMES("unlink_chunk", "free")},
                             copied = {AC_ORACLE_SURVIVES, "p0 = malloc 9000\nfree p0\n", false,
                                       "    #0 0x1 in __memcpy_avx (/libc.so.6+0x7)\n" FRAMES(
                                           "unlink_chunk", "realloc")};
    (void)state;
    assert_true(is_same(&sized, &aligned));
    assert_false(is_same(&sized, &elsewhere));
    assert_true(is_same(&elsewhere, &copied));
}

/* --- errno --- */

static void describe_refusal(const char *ops, const char *expected, const char *actual,
                             struct cause *cause) {
    struct ac_program program;
    struct ac_finding finding;
    char text[512] = "ops 1\n";
    parse(&program, strcat(text, ops));
    ac_finding_at(&finding, AC_ORACLE_ERRNO, (uint32_t)program.count - 1);
    strcpy(finding.expected, expected);
    strcpy(finding.actual, actual);
    assert_true(cause_of(&program, &finding, NULL, cause));
    ac_program_destroy(&program);
}

static void a_wrong_errno_is_one_cause_in_all_functions(void **state) {
    struct cause size, aligned, invalid, other;
    (void)state;
    describe_refusal("p0 = malloc max\n", "ENOMEM: the size exceeds PTRDIFF_MAX", "errno unchanged",
                     &size);
    describe_refusal("p0 = aligned_alloc 2 half\n", "ENOMEM or EINVAL: memory is lacking",
                     "errno unchanged", &aligned);
    describe_refusal("p0 = aligned_alloc 3 8\n", "EINVAL: the alignment is invalid",
                     "errno unchanged", &invalid);
    describe_refusal("p0 = calloc max 8\n", "ENOMEM: the product exceeds SIZE_MAX", "errno EAGAIN",
                     &other);
    assert_true(cause_is_same(&size, &aligned));
    assert_false(cause_is_same(&size, &invalid));
    assert_false(cause_is_same(&size, &other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_of_one_bug),
        cmocka_unit_test(programs_of_two_bugs),
        cmocka_unit_test(frames_come_first),
        cmocka_unit_test(a_wrong_errno_is_one_cause_in_all_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
