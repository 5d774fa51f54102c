// SPDX-License-Identifier: MIT
// Which findings have the same cause by their evidence: stacks, errno, and what the check says.
#include "results/cause.h"

#include "allocheck/program.h"
#include "test/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
    struct cause left, right;
    describe_death(ops, "exit(1) in the call", stack, &left);
    describe_death(other_ops, "exit(1) in the call", other_stack, &right);
    assert_int_equal(cause_is_same(&left, &right), cause_is_same(&right, &left));
    return cause_is_same(&left, &right);
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
    assert_false(die_alike("refuse 1\np0 = calloc 1 1\n", FRAMES("clear", "calloc"),
                           "refuse 1\np0 = realloc p0 17\n", FRAMES("copy", "realloc")));
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
    static const char again[] = "a block: the previous call freed this size";
    struct cause first, second, granted, smaller;
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
    describe_evidence(AC_ORACLE_MUST_SUCCEED,
                      "refuse 2\np0 = malloc 0\np1 = malloc 364666\nfree p1\np1 = malloc 364666\n",
                      again, "NULL", "", &second);
    describe_evidence(AC_ORACLE_MUST_SUCCEED,
                      "p0 = malloc 87026\nrefuse 1\np1 = malloc 3017\nfree p0\np0 = malloc 87026\n",
                      again, "NULL", "", &first);
    describe_evidence(AC_ORACLE_MUST_SUCCEED,
                      "p0 = malloc 40000\np1 = malloc 17000\nfree p0\np0 = malloc 40000\n", again,
                      "NULL", "", &granted);
    describe_evidence(AC_ORACLE_MUST_SUCCEED,
                      "with limit=1M\np0 = malloc 655353\np0 = realloc p0 294905\n",
                      "a block: realloc to a smaller size", "NULL", "", &smaller);
    assert_true(cause_is_same(&first, &second));
    assert_false(cause_is_same(&second, &granted)); /* no page request is refused */
    assert_false(cause_is_same(&first, &smaller));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_first),
        cmocka_unit_test(other_peoples_frames_do_not_count),
        cmocka_unit_test(a_fault_is_known_by_its_line),
        cmocka_unit_test(a_wrong_errno_is_one_cause_in_all_functions),
        cmocka_unit_test(one_symptom_is_one_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
