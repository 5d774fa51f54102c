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
#include <time.h>

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

/* --- stacks --- */

/* A finding at the last op, with evidence. */
static void describe_evidence(enum ac_oracle oracle, const char *ops, const char *expected,
                              const char *actual, const char *output, struct cause *cause) {
    struct ac_program program;
    struct ac_finding finding;
    struct stack stack;
    char text[512] = "ops 1\n";
    parse(&program, strcat(text, ops));
    stack_read(output, strlen(output), &stack);
    ac_finding_at(&finding, oracle, (uint32_t)program.count - 1);
    strcpy(finding.expected, expected);
    strcpy(finding.actual, actual);
    assert_true(cause_of(&program, &finding, &stack, cause));
    ac_program_destroy(&program);
}

static void describe_death(const char *ops, const char *actual, const char *output,
                           struct cause *cause) {
    describe_evidence(AC_ORACLE_SURVIVES, ops, "the call returns", actual, output, cause);
}

#define FRAMES(inner, entry)                                                                       \
    "    #0 0x1 in " inner " (/libheap.so+0x1)\n"                                                  \
    "    #1 0x2 in " entry " (/libheap.so+0x2)\n"

static bool die_alike(const char *ops, const char *stack, const char *other_ops,
                      const char *other_stack) {
    const struct seen left = {AC_ORACLE_SURVIVES, ops, false, stack},
                      right = {AC_ORACLE_SURVIVES, other_ops, false, other_stack};
    return is_same(&left, &right);
}

static const char frees[] = "p0 = malloc 8\nfree p0\n",
                  resizes[] = "p0 = calloc 1 8\np0 = realloc p0 9000\n";

static void frames_come_first(void **state) {
    (void)state;
    assert_true(die_alike("free_sized p0\n", FRAMES("sdallocx_impl", "free_sized"),
                          "p0 = malloc 8\nfree p0\nfree_aligned_sized p0\n",
                          FRAMES("sdallocx_impl", "free_aligned_sized")));
    assert_false(die_alike("refuse 1\np0 = calloc 1 8\n", FRAMES("clear", "calloc"),
                           "p0 = malloc 8\nrefuse 1\np0 = realloc p0 9000\n",
                           FRAMES("copy", "realloc")));
    assert_false(die_alike("free_sized p0\n", FRAMES("sdallocx_impl", "free_sized"), frees,
                           FRAMES("unlink_chunk", "free")));
    /* one is called by a function more */
    assert_true(die_alike(
        frees, FRAMES("unlink_chunk", "free"), resizes,
        FRAMES("unlink_chunk", "move_chunk") "    #2 0x3 in realloc (/libheap.so+0x3)\n"));
}

#define POISON(inner, entry)                                                                       \
    "    #0 0x1 in __asan::CheckUnwind() asan_rtl.cpp.o\n"                                         \
    "    #1 0x2 in posix_memalign asan_malloc_linux.cpp.o\n" FRAMES(                               \
        "poison_live", inner) "    #4 0x5 in " entry " (/libheap.so+0x5)\n"

static void other_peoples_frames_do_not_count(void **state) {
    (void)state;
    assert_true(die_alike(
        resizes, FRAMES("unlink_chunk", "free"), frees,
        "    #0 0x1 in __memcpy_avx (/libc.so.6+0x7)\n" FRAMES("unlink_chunk", "realloc")));
    assert_true(die_alike(resizes, FRAMES("unlink_chunk", "free"), frees,
                          "    #0 0x1 in free (/libclang_rt.asan-x86_64.so+0x7)\n" FRAMES(
                              "unlink_chunk", "realloc")));
    /* a wild jump: its address says nothing, so the calls decide */
    assert_true(
        die_alike(frees, "    #0 0x1234 ([unknown])\n", frees, "    #0 0x5678 ([unknown])\n"));
    assert_false(die_alike(frees, "    #0 0x1234 ([unknown])\n", "p0 = malloc max\n",
                           "    #0 0x5678 ([unknown])\n"));
    /* a helper that many call: the calls decide, too */
    assert_true(die_alike("p0 = malloc 40\np1 = malloc max\n", POISON("slots_allocate", "malloc"),
                          "p0 = posix_memalign 8 max-7\n",
                          POISON("large_allocate", "posix_memalign")));
    assert_false(die_alike(frees, POISON("slots_allocate", "malloc"),
                           "p0 = posix_memalign 8 max-7\n",
                           POISON("large_allocate", "posix_memalign")));
}

/* A fault at one line is one bug, however it is reached; an abort is where all errors end. */
static void a_fault_is_known_by_its_line(void **state) {
    static const char
        by_free[] =
            "    #0 0x1 in unlink_chunk /src/heap.c:7:1\n    #1 0x2 in give_back /src/heap.c:9:1\n"
            "    #2 0x3 in free /src/heap.c:99:1\n",
        by_realloc[] =
            "    #0 0x1 in unlink_chunk /src/heap.c:7:1\n    #1 0x2 in trim /src/heap.c:19:1\n"
            "    #2 0x3 in realloc /src/heap.c:98:1\n";
    struct cause left, right;
    (void)state;
    describe_death(frees, "SIGSEGV in the call", by_free, &left);
    describe_death(resizes, "SIGSEGV in the call", by_realloc, &right);
    assert_true(cause_is_same(&left, &right));
    describe_death(resizes, "SIGABRT in the call", by_realloc, &right);
    assert_false(cause_is_same(&left, &right));
    describe_death(frees, "SIGABRT in the call", by_free, &left);
    assert_false(cause_is_same(&left, &right));
    describe_death(frees, "SIGABRT in the call", FRAMES("unlink_chunk", "free"), &left);
    assert_false(cause_is_same(&left, &right));
}

/* --- errno --- */

static void describe_refusal(const char *ops, const char *expected, const char *actual,
                             struct cause *cause) {
    describe_evidence(AC_ORACLE_ERRNO, ops, expected, actual, "", cause);
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

/* --- requirements and the allocator's own words --- */

static void one_symptom_is_one_cause(void **state) {
    struct cause small, large, shrinks, at_end, many, other, refused, held, live;
    (void)state;
    describe_evidence(AC_ORACLE_USABLE, "p0 = malloc 3969\nmalloc_usable_size p0\n",
                      "at least what was asked for", "usable size 3968 for 3969 bytes", "", &small);
    describe_evidence(
        AC_ORACLE_USABLE, "p0 = aligned_alloc 4096 0\np0 = realloc p0 70000\nfill p0\n",
        "at least what was asked for", "usable size 69936 for 70000 bytes", "", &large);
    describe_evidence(AC_ORACLE_USABLE, "p0 = malloc 3969\np1 = malloc 8\nmalloc_usable_size p0\n",
                      "no smaller usable size while the block is live", "3969 bytes, then 3968", "",
                      &shrinks);
    assert_true(cause_is_same(&small, &large));
    assert_false(cause_is_same(&small, &shrinks));
    describe_evidence(AC_ORACLE_INTEGRITY, "p0 = malloc 0\np1 = malloc 2049\n", "a sound heap",
                      "after the program: two runs that overlap", "", &at_end);
    describe_evidence(AC_ORACLE_INTEGRITY, "repeat 13: p0 = malloc 769\ntrim\n", "a sound heap",
                      "after trim: two runs that overlap", "", &many);
    describe_evidence(AC_ORACLE_INTEGRITY, "repeat 13: p0 = malloc 769\n", "a sound heap",
                      "after the program: a broken list", "", &other);
    assert_true(cause_is_same(&at_end, &many));
    describe_evidence(AC_ORACLE_STATISTICS, "refuse 1\np0 = malloc 0\ntrim\n",
                      "held bytes of 12288", "after trim: 28672", "", &refused);
    describe_evidence(AC_ORACLE_STATISTICS, "repeat 181: p0 = malloc 769\n", "held bytes of 249856",
                      "after the program: 266240", "", &held);
    describe_evidence(AC_ORACLE_STATISTICS, "p0 = malloc 8\nfree p0\n", "live blocks of 0",
                      "after the program: 1", "", &live);
    assert_true(cause_is_same(&refused, &held));
    assert_false(cause_is_same(&live, &held));
    assert_false(cause_is_same(&at_end, &other));
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
        cmocka_unit_test(frames_come_first),
        cmocka_unit_test(other_peoples_frames_do_not_count),
        cmocka_unit_test(a_fault_is_known_by_its_line),
        cmocka_unit_test(a_wrong_errno_is_one_cause_in_all_functions),
        cmocka_unit_test(one_symptom_is_one_cause),
        cmocka_unit_test(a_large_program_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
