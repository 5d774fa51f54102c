// SPDX-License-Identifier: MIT
// The run loop: what it counts, and each check on an allocator with right and wrong answers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/profile.h"
#include "allocheck/run.h"
#include "adapter/adapters.h"
#include "test/parse.h"

/* --- an allocator with wrong answers on demand: a bump allocator over a static area --- */

enum wrong_answer {
    RIGHT,
    DIRTY_CALLOC,
    SHORT_COPY,
    SAME_BLOCK,
    ODD_ADDRESS,
    GRANTS_ALL,
    NULL_SHRINK,
    ERRNO_LOST,
    ERRNO_ON_FREE,
    SCRIBBLES,
    SMALL_USABLE,
    NULL_AGAIN,
    WRITES_OUT,
};

static struct {
    enum wrong_answer answer;
    _Alignas(64) uint8_t area[1 << 22];
    size_t used;
    size_t sizes[1 << 16]; /* by block number, 64 bytes each */
    uint8_t *last;
    struct ac_accepted accepted; /* by its runs */
} bump;

static size_t number_of(const void *block) {
    return (size_t)((const uint8_t *)block - bump.area) / 64;
}

static void *bump_take(size_t size, size_t alignment) {
    if (size > sizeof bump.area / 2) {
        errno = bump.answer == ERRNO_LOST ? errno : ENOMEM;
        return bump.answer == GRANTS_ALL ? bump.area : NULL;
    }
    size_t unit = alignment > 64 ? alignment : 64;
    size_t start = (bump.used + unit - 1) / unit * unit;
    if (start + size + 1 > sizeof bump.area) {
        errno = ENOMEM;
        return NULL;
    }
    bump.used = start + size + 1;
    bump.sizes[start / 64] = size;
    return bump.area + start;
}

static void *bump_malloc(void *heap, size_t size) {
    (void)heap;
    if (bump.answer == SAME_BLOCK && bump.last != NULL)
        return bump.last;
    if (bump.answer == SCRIBBLES && bump.last != NULL && size == 1)
        bump.last[3] ^= 1;
    if (bump.answer == NULL_AGAIN && size == 77 && bump.last != NULL) {
        errno = ENOMEM;
        return NULL;
    }
    uint8_t *block = bump_take(size, 1);
    if (block != NULL && bump.answer == ODD_ADDRESS) {
        bump.used += 4;
        block += 4;
    }
    return bump.last = block;
}

static void *bump_calloc(void *heap, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    uint8_t *block = bump_malloc(heap, total);
    if (block != NULL) {
        memset(block, 0, total);
        if (bump.answer == DIRTY_CALLOC && total > 0)
            block[total - 1] = 1;
    }
    return block;
}

static void bump_free(void *heap, void *block) {
    (void)heap, (void)block;
    errno = bump.answer == ERRNO_ON_FREE ? EAGAIN : errno;
}

static void *bump_realloc(void *heap, void *block, size_t size) {
    (void)heap;
    size_t old = block != NULL ? bump.sizes[number_of(block)] : 0;
    if (bump.answer == NULL_SHRINK && block != NULL && size < old) {
        errno = ENOMEM;
        return NULL;
    }
    uint8_t *moved = bump_take(size, 1);
    if (moved != NULL && block != NULL) {
        size_t kept = old < size ? old : size;
        memcpy(moved, block, bump.answer == SHORT_COPY && kept > 0 ? kept - 1 : kept);
    }
    return moved;
}

static int bump_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    (void)heap;
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        *out = bump.answer == WRITES_OUT ? bump.area : *out;
        return EINVAL;
    }
    void *block = alignment > 4096 ? NULL : bump_take(size, alignment);
    *out = block != NULL ? block : *out;
    return block != NULL ? 0 : ENOMEM;
}

static size_t bump_usable(void *heap, void *block) {
    (void)heap;
    if (block == NULL)
        return 0;
    size_t size = bump.sizes[number_of(block)];
    return bump.answer == SMALL_USABLE && size > 0 ? size - 1 : size;
}

static const struct ac_profile bump_profile = {
    .name = "bump",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},
    .errno_guaranteed = {AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL, AC_CAUSE_ALL,
                         AC_CAUSE_ALL, AC_CAUSE_ALL},
    .min_alignment = 16,
    .held_when_empty = SIZE_MAX,
};

static const struct ac_allocator bump_allocator = {
    .struct_size = sizeof(struct ac_allocator),
    .name = "bump",
    .profile = &bump_profile,
    .malloc = bump_malloc,
    .calloc = bump_calloc,
    .realloc = bump_realloc,
    .posix_memalign = bump_posix_memalign,
    .free = bump_free,
    .usable_size = bump_usable,
};

/* --- running --- */

static struct ac_report run_on(const struct ac_allocator *allocator, const char *text) {
    struct ac_program program;
    struct ac_report report;
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    parse(&program, text);
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    ac_runner_accept(runner, &bump.accepted);
    ac_run(runner, &program, &report);
    ac_runner_delete(runner);
    ac_program_destroy(&program);
    return report;
}

static struct ac_report run_bump(enum wrong_answer answer, const char *text) {
    bump.answer = answer;
    bump.used = 0;
    bump.last = NULL;
    memset(bump.area, 0, sizeof bump.area); /* not what the last run wrote */
    return run_on(&bump_allocator, text);
}

struct colour {
    enum wrong_answer answer;
    enum ac_oracle oracle;
    const char *text;
};

static const struct colour colours[] = {
    {DIRTY_CALLOC, AC_ORACLE_ZEROED, "ops 1\np0 = calloc 3 5\n"},
    {SHORT_COPY, AC_ORACLE_PRESERVED, "ops 1\np0 = malloc 40\np0 = realloc p0 400\n"},
    {SAME_BLOCK, AC_ORACLE_DISJOINT, "ops 1\np0 = malloc 40\np1 = malloc 24\n"},
    {SAME_BLOCK, AC_ORACLE_ZERO_SIZE, "ops 1\np0 = malloc 0\np1 = malloc 0\n"},
    {ODD_ADDRESS, AC_ORACLE_ALIGNED, "ops 1\np0 = malloc 8\n"},
    {GRANTS_ALL, AC_ORACLE_MUST_FAIL, "ops 1\np0 = malloc max-7\n"},
    {NULL_SHRINK, AC_ORACLE_MUST_SUCCEED, "ops 1\np0 = malloc 40\np0 = realloc p0 20\n"},
    {NULL_AGAIN, AC_ORACLE_MUST_SUCCEED, "ops 1\np0 = malloc 77\nfree p0\np0 = malloc 77\n"},
    {ERRNO_LOST, AC_ORACLE_ERRNO, "ops 1\np0 = malloc half+1\n"},
    {ERRNO_ON_FREE, AC_ORACLE_ERRNO, "ops 1\np0 = malloc 1\nfree p0\n"},
    {SCRIBBLES, AC_ORACLE_INTACT, "ops 1\np0 = malloc 9\np1 = malloc 1\ncheck p0\n"},
    {SMALL_USABLE, AC_ORACLE_USABLE, "ops 1\np0 = malloc 9\nmalloc_usable_size p0\n"},
    {WRITES_OUT, AC_ORACLE_MUST_FAIL, "ops 1\np0 = posix_memalign 3 8\n"},
};

static void each_wrong_answer_is_found_and_the_right_one_is_not(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        struct ac_report red = run_bump(colours[i].answer, colours[i].text);
        struct ac_report green = run_bump(RIGHT, colours[i].text);
        assert_true(red.found);
        assert_string_equal(ac_oracle_info(red.finding.oracle)->id,
                            ac_oracle_info(colours[i].oracle)->id);
        assert_false(green.found);
        assert_true(green.checked[colours[i].oracle] > 0);
    }
}

static void an_oracle_that_is_off_does_not_check(void **state) {
    (void)state;
    const struct ac_run_options options = {.oracles =
                                               AC_ALL_ORACLES & ~AC_ORACLE_BIT(AC_ORACLE_ZEROED)};
    struct ac_program program;
    struct ac_report report;
    ac_program_init(&program);
    const struct ac_op op = {
        .kind = AC_OP_CALLOC, .repeat = 1, .a = ac_absolute(2), .b = ac_absolute(9)};
    assert_true(ac_program_append(&program, &op));
    bump.answer = DIRTY_CALLOC;
    bump.used = 0;
    struct ac_runner *runner = ac_runner_new(&bump_allocator, &options);
    ac_run(runner, &program, &report);
    assert_false(report.found);
    assert_int_equal(report.checked[AC_ORACLE_ZEROED], 0);
    ac_runner_delete(runner);
    ac_program_destroy(&program);
}

static void accept(ac_oracle_set oracles, bool errno_after_free) {
    for (int i = 0; i < AC_FN_COUNT; i++)
        bump.accepted.of[i] = oracles;
    bump.accepted.errno_after_free = errno_after_free;
}

static void accepted_findings_do_not_end_a_run(void **state) {
    (void)state;
    static const struct colour accepted[] = {
        {GRANTS_ALL, AC_ORACLE_MUST_FAIL, "ops 1\np0 = malloc max-7\np1 = calloc 3 5\n"},
        {ODD_ADDRESS, AC_ORACLE_ALIGNED, "ops 1\np0 = malloc 8\nfree p0\n"},
        {ERRNO_LOST, AC_ORACLE_ERRNO, "ops 1\np0 = malloc half+1\np0 = malloc 9\nfree p0\n"},
        {DIRTY_CALLOC, AC_ORACLE_ZEROED, "ops 1\np0 = calloc 3 5\ncheck p0\nfree p0\n"},
        {SHORT_COPY, AC_ORACLE_PRESERVED, "ops 1\np0 = malloc 9\np0 = realloc p0 99\ncheck p0\n"},
        {NULL_SHRINK, AC_ORACLE_MUST_SUCCEED,
         "ops 1\np0 = malloc 99\np0 = realloc p0 9\ncheck p0\n"},
        {ERRNO_ON_FREE, AC_ORACLE_ERRNO, "ops 1\np0 = malloc 9\nfree p0\np0 = malloc 8\nfree p0\n"},
    };
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        const struct colour *const colour = &accepted[i];
        const bool frees = colour->answer == ERRNO_ON_FREE;
        const struct ac_report red = run_bump(colour->answer, colour->text);
        accept(AC_ORACLE_BIT(colour->oracle), frees);
        const struct ac_report green = run_bump(colour->answer, colour->text);
        accept(AC_ALL_ORACLES & ~AC_ORACLE_BIT(colour->oracle), !frees);
        const struct ac_report others = run_bump(colour->answer, colour->text);
        accept(0, false);
        assert_true(red.found && others.found);
        assert_int_equal(red.finding.oracle, colour->oracle);
        assert_int_equal(red.counts.accepted, 0);
        assert_false(green.found);
        assert_int_equal(green.counts.accepted, frees ? 2 : 1);
    }
}

/* What comes after it is still found: the block is freed, and the slot stays empty. */
static void after_an_accepted_finding_all_is_checked(void **state) {
    (void)state;
    bump.accepted.of[AC_FN_MALLOC] = AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL);
    const struct ac_report report =
        run_bump(GRANTS_ALL, "ops 1\np0 = malloc max-7\nfill p0\np1 = realloc p0 max-7\n");
    bump.accepted.of[AC_FN_MALLOC] = 0;
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, AC_ORACLE_MUST_FAIL);
    assert_int_equal(report.finding.op, 2); /* of realloc, which is not accepted */
    assert_int_equal(report.counts.empty, 1);
    assert_int_equal(report.counts.accepted, 1);
}

/* --- counting --- */

static void what_did_nothing_is_counted(void **state) {
    (void)state;
    struct ac_report report = run_bump(RIGHT, "ops 1\n"
                                              "check p0\n"          /* empty */
                                              "fill p0\n"           /* empty */
                                              "free p0\n"           /* free(NULL): a call */
                                              "p1 = memalign 8 8\n" /* not offered */
                                              "trim\n"              /* not offered */
                                              "refuse 1\n"          /* no source */
                                              "double_free p1\n"    /* not guaranteed */
                                              "leave\n"             /* no frame */
                                              "p2 = malloc 70M\n"); /* beyond the limit */
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 1);
    assert_int_equal(report.counts.empty, 3);
    assert_int_equal(report.counts.not_offered, 4);
    assert_int_equal(report.counts.over_limit, 1);
    assert_int_equal(report.counts.ops, 9);
}

static void repeats_run_over_consecutive_slots(void **state) {
    (void)state;
    struct ac_report report =
        run_bump(RIGHT, "ops 1\nrepeat 20: p5 = malloc 10\nfree p24\ncheck p25\nfree_every 4\n");
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 20 + 1 + 4);
    assert_int_equal(report.counts.empty, 1);
    assert_int_equal(report.live_peak, 200);
}

static void a_slot_assigned_again_keeps_its_old_block_live(void **state) {
    (void)state;
    struct ac_report report = run_bump(SCRIBBLES, "ops 1\np0 = malloc 9\np0 = malloc 1\n");
    assert_true(report.found);
    assert_int_equal(report.finding.op, 2);
    assert_int_equal(report.finding.slot, AC_NO_SLOT);
    assert_int_equal(report.finding.first_wrong, 3);
    assert_int_equal(report.finding.last_wrong, 3);
}

static void a_program_ends_at_the_bound_on_calls(void **state) {
    (void)state;
    struct ac_report report =
        run_bump(RIGHT, "ops 1\nrepeat 150000: free p0\nrepeat 150000: free p0\nfree p0\n");
    assert_int_equal(report.counts.calls, AC_MAX_CALLS);
    assert_int_equal(report.counts.over_limit, 2);
}

static void answers_make_the_digest(void **state) {
    (void)state;
    const char *text = "ops 1\np0 = malloc 40\np0 = realloc p0 20\n";
    struct ac_report first = run_bump(RIGHT, text), again = run_bump(RIGHT, text);
    struct ac_report other = run_bump(NULL_SHRINK, text);
    assert_true(first.digest == again.digest);
    assert_true(first.digest != other.digest);
}

/* --- frames --- */

static void frames_nest_on_the_real_stack(void **state) {
    (void)state;
    struct ac_report report = run_bump(RIGHT, "ops 1\n"
                                              "enter\np0 = alloca 300\np1 = malloc 10\n"
                                              "repeat 5: enter\nrepeat 20: p10 = vla 3 50\n"
                                              "p0 = alloca 9\ncheck p0\nrepeat 3: leave\n"
                                              "p3 = vla 0 7\nfree p1\n");
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit + report.counts.empty + report.counts.not_offered, 0);
    assert_true(report.checked[AC_ORACLE_FRAME] >= 23);
    assert_int_equal(report.counts.calls, 2);
}

static void frames_are_bounded(void **state) {
    (void)state;
    struct ac_report report = run_bump(RIGHT, "ops 1\nrepeat 100: enter\np0 = alloca 1M\n"
                                              "repeat 500: p1 = vla 1 8\nrepeat 100: leave\n");
    assert_false(report.found);
    assert_int_equal(report.counts.over_limit, 52 + 1 + 300);
    assert_int_equal(report.counts.empty, 52);
}

static void a_frame_is_verified_when_it_ends(void **state) {
    (void)state;
    struct ac_report report = run_bump(RIGHT, "ops 1\nenter\np0 = alloca 64\nleave\ncheck p0\n");
    assert_false(report.found);
    assert_int_equal(report.checked[AC_ORACLE_FRAME], 2);
    assert_int_equal(report.counts.empty, 1);
}

/* --- the C library --- */

static void generated_programs_are_clean_on_the_c_library(void **state) {
    (void)state;
    const struct ac_run_options options = {.oracles = AC_ALL_ORACLES, .free_at_end = true};
    const struct ac_generate_options generate = {.groups = UINT16_MAX, .max_ops = 64};
    struct ac_runner *runner = ac_runner_new(&ac_libc, &options);
    struct ac_program program;
    struct ac_report report;
    ac_program_init(&program);
    for (uint64_t seed = 0; seed < 500; seed++) {
        assert_true(ac_generate(&program, seed, &generate));
        ac_run(runner, &program, &report);
        if (report.found) {
            char text[4096];
            ac_print_finding(&report.finding, &program, "libc", NULL, text, sizeof text);
            fail_msg("seed %llu: %s", (unsigned long long)seed, text);
        }
    }
    ac_program_destroy(&program);
    ac_runner_delete(runner);
}

/* --- what is printed --- */

static void a_finding_is_reported_in_ten_lines(void **state) {
    (void)state;
    struct ac_program program;
    const char *source = "ops 1\np0 = malloc 24\np1 = calloc 3 5\n";
    char text[2048];
    parse(&program, source);
    struct ac_report report = run_bump(DIRTY_CALLOC, source);
    size_t length = ac_print_finding(&report.finding, &program, "bump",
                                     "allocheck run --allocator bump x.ops", text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_string_equal(text, "finding: zeroed on bump\n"
                              "  rule      calloc zeroes all count * size bytes "
                              "(C17 7.22.3.2)\n"
                              "       0  p0 = malloc 24\n"
                              "  ->   1  p1 = calloc 3 5\n"
                              "  expected  zero in every byte asked for\n"
                              "  actual    byte 14 is 0x01\n"
                              "  wrong     bytes 14 to 14\n"
                              "  reproduce allocheck run --allocator bump x.ops\n");
    assert_int_equal(ac_print_finding(&report.finding, &program, "bump", NULL, text, 10),
                     length - strlen("  reproduce allocheck run --allocator bump x.ops\n"));
    assert_int_equal(strlen(text), 9);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_answer_is_found_and_the_right_one_is_not),
        cmocka_unit_test(an_oracle_that_is_off_does_not_check),
        cmocka_unit_test(accepted_findings_do_not_end_a_run),
        cmocka_unit_test(after_an_accepted_finding_all_is_checked),
        cmocka_unit_test(what_did_nothing_is_counted),
        cmocka_unit_test(repeats_run_over_consecutive_slots),
        cmocka_unit_test(a_slot_assigned_again_keeps_its_old_block_live),
        cmocka_unit_test(a_program_ends_at_the_bound_on_calls),
        cmocka_unit_test(answers_make_the_digest),
        cmocka_unit_test(frames_nest_on_the_real_stack),
        cmocka_unit_test(frames_are_bounded),
        cmocka_unit_test(a_frame_is_verified_when_it_ends),
        cmocka_unit_test(generated_programs_are_clean_on_the_c_library),
        cmocka_unit_test(a_finding_is_reported_in_ten_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
