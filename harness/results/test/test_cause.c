// SPDX-License-Identifier: MIT
// Which findings have the same cause by their programs.
#include "results/cause.h"
#include "results/finding.h"

#include "allocheck/program.h"
#include "test/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* A finding at the last op of a program, or at its end. */
struct seen {
    enum ac_oracle oracle;
    const char *ops; /* without the first line */
    bool at_end;     /* not at the last op */
};

static void describe(const struct seen *seen, struct cause *cause) {
    char text[512] = "ops 1\n";
    struct ac_program program;
    struct ac_finding finding;
    strcat(text, seen->ops);
    parse(&program, text);
    ac_finding_at(&finding, seen->oracle, (uint32_t)(program.count - !seen->at_end));
    assert_true(cause_of(&program, &finding, NULL, cause));
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
    { AC_ORACLE_##id, ops, false }
#define AT_END(id, ops)                                                                            \
    { AC_ORACLE_##id, ops, true }

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
        /* no address space has the bytes of either */
        {AT_OP(FAILURE_KEEPS, "p0 = malloc 41\np0 = realloc p0 max\n"),
         AT_OP(FAILURE_KEEPS, "p0 = malloc 41\np0 = realloc p0 half\n")},
        {AT_OP(ALIGNED, "p0 = aligned_alloc 1024 1025\n"),
         AT_OP(ALIGNED, "p0 = posix_memalign 64 65\n")},
        {AT_OP(IN_BOUNDS, "repeat 37: p0 = malloc 257\n"),
         AT_OP(SURVIVES, "repeat 177: p0 = calloc 1 65\n")},
        {AT_OP(MUST_SUCCEED, "p0 = malloc 655353\np0 = realloc p0 294905\n"),
         AT_OP(MUST_SUCCEED, "p0 = malloc 9\np1 = malloc 30713\np1 = realloc p1 30713\n")},
        {AT_OP(DISJOINT, "on 1: p0 = malloc 257\nrefuse 1\np1 = calloc 1 257\n"),
         AT_OP(DISJOINT, "refuse 2\nrepeat 9: p0 = malloc 257\n")},
        {AT_OP(ZEROED, "p0 = malloc 48\nfree p0\np0 = calloc 1 49\n"),
         AT_OP(ZEROED, "p0 = malloc 0\np0 = realloc p0 0\np1 = calloc 1 1\n")},
        /* page requests are refused by an op, or for the limit; `largest' allocates */
        {AT_OP(MUST_SUCCEED, "refuse 2\np0 = malloc 32681\np1 = malloc 32777\np2 = largest\n"),
         AT_OP(MUST_SUCCEED,
               "p0 = malloc 87026\nrefuse 1\np1 = malloc 3017\nfree p0\np0 = malloc 87026\n")},
        {AT_OP(FAILURE_KEEPS, "p0 = malloc 41\nrefuse 1\np0 = realloc p0 65481\n"),
         AT_OP(SURVIVES, "with limit=32M\np0 = malloc 4095945\np0 = realloc p0 41\n"
                         "p0 = reallocarray p0 1 29450185\n")},
        /* in a loop */
        {AT_END(NO_GROWTH, "on 1: p0 = malloc 17\nexit 1\n"),
         AT_END(NO_GROWTH, "exit 1\non 1: p0 = malloc 17\n")},
        /* the break is moved by a quirk, or by an op */
        {AT_OP(ALIGNED, "with quirks=unaligned\np0 = calloc 1 16\n"),
         AT_OP(ALIGNED, "foreign_brk 1\np0 = malloc 16\n")},
        {AT_OP(IN_BOUNDS, "with quirks=foreign_brk\np0 = malloc 0\np1 = calloc 1 65457\n"),
         AT_OP(IN_BOUNDS, "foreign_brk 49\np0 = malloc 0\n")},
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
        {AT_OP(LIVENESS, "p0 = malloc 5000\nfree p0\n"),
         AT_OP(LIVENESS, "p0 = malloc 5000\np0 = realloc p0 8\n")},
        {AT_OP(ALIGNED, "p0 = calloc 1 16\n"), AT_OP(ALIGNED, "foreign_brk 1\np0 = malloc 16\n")},
        {AT_OP(ZEROED, "with quirks=dirty\np0 = calloc 1 64\n"),
         AT_OP(ZEROED, "p0 = malloc 30\nfree p0\np0 = calloc 1 1\n")},
        /* many blocks: two owners, and no memory */
        {AT_OP(DISJOINT, "repeat 66: p0 = malloc 17\n"),
         AT_OP(IN_BOUNDS, "repeat 37: p0 = malloc 257\n")},
        /* many small blocks, and a large alignment */
        {AT_END(NO_LEAK, "p0 = aligned_alloc 131072 0\n"),
         AT_END(NO_LEAK, "repeat 82: p0 = malloc 777\n")},
        /* more than a page */
        {AT_OP(ALIGNED, "p0 = aligned_alloc 65536 1\n"),
         AT_OP(ALIGNED, "p0 = posix_memalign 32 33\n")},
        /* many blocks, and one on another thread */
        {AT_OP(DISJOINT, "repeat 66: p0 = malloc 17\n"),
         AT_OP(DISJOINT, "on 1: p0 = malloc 17\np1 = malloc 17\n")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (is_same(&pairs[i][0], &pairs[i][1]))
            fail_msg("together:\n%s%s", pairs[i][0].ops, pairs[i][1].ops);
}

/* The child of a fork may make any call, but one cause is not two. */
static void a_fork_has_one_cause(void **state) {
    static const struct seen forked = AT_OP(ZEROED, "fork\n"),
                             fresh = AT_OP(ZEROED, "with quirks=dirty\np0 = calloc 1 64\n"),
                             again = AT_OP(ZEROED, "p0 = malloc 30\nfree p0\np0 = calloc 1 1\n");
    struct cause known, first, second;
    (void)state;
    describe(&forked, &known);
    describe(&fresh, &first);
    describe(&again, &second);
    assert_true(cause_is_same(&known, &first));
    assert_true(cause_is_same(&known, &second));
    cause_learn(&known, &first);
    assert_true(cause_is_same(&known, &first));
    assert_false(cause_is_same(&known, &second));
}

/* --- large programs --- */

enum { LARGE_OPS = 100000, FREES = 600, SLOTS = 4096, MOST_SECONDS = 60 };

/* Joined programs are large if there was no time to shrink them. A look at each block in each
 * `free_every' takes minutes. */
static void a_large_program_takes_no_time(void **state) {
    struct ac_program program;
    struct ac_finding finding;
    struct stack stack;
    struct cause cause;
    (void)state;
    stack_read(NULL, 0, &stack);
    ac_program_init(&program);
    for (uint32_t i = 0; i < LARGE_OPS + FREES; i++) {
        struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .slot = i % SLOTS};
        op.a.value = 17;
        if (i >= LARGE_OPS)
            op = (struct ac_op){.kind = AC_OP_FREE_EVERY, .repeat = 1, .a.value = SLOTS};
        assert_true(ac_program_append(&program, &op));
    }
    ac_finding_at(&finding, AC_ORACLE_INTEGRITY, (uint32_t)program.count);
    const clock_t start = clock();
    assert_true(cause_of(&program, &finding, &stack, &cause));
    assert_true((clock() - start) / CLOCKS_PER_SEC < MOST_SECONDS);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_of_one_bug),
        cmocka_unit_test(programs_of_two_bugs),
        cmocka_unit_test(a_fork_has_one_cause),
        cmocka_unit_test(a_large_program_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
