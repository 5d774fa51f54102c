// SPDX-License-Identifier: MIT
// The same program on the same allocator under two profiles: one guarantees what it breaks, the
// other does not.
#define _DEFAULT_SOURCE /* pause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "planted/planted.h"

#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/profile.h"
#include "test/parse.h"

/* The C library's malloc, except for these sizes. */
enum { ONCE = 77 /* refused after the first time */, HANGS = 601 };

static void *lax_malloc(void *heap, size_t size) {
    static unsigned calls;
    while (size == HANGS)
        pause();
    if (size == ONCE && calls++ != 0) {
        errno = ENOMEM;
        return NULL;
    }
    return ac_libc.malloc(heap, size);
}

/* Refuses, without ENOMEM, what malloc refuses. */
static void *lax_realloc(void *heap, void *block, size_t size) {
    return size > PTRDIFF_MAX ? NULL : ac_libc.realloc(heap, block, size);
}

static void lax_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

static const struct ac_allocator lax = {
    .struct_size = sizeof lax,
    .name = "lax",
    .profile = &ac_standard_profile,
    .malloc = lax_malloc,
    .realloc = lax_realloc,
    .free = lax_free,
};

static struct ac_report replay(const struct ac_allocator *allocator,
                               const struct ac_profile *profile, ac_oracle_set oracles,
                               const char *text) {
    struct ac_child_options options = {
        .target = ac_target_of(allocator), .oracles = oracles, .call_ms = 200};
    struct ac_program program;
    struct ac_report report;
    options.target.profile = profile;
    parse(&program, text);
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    ac_child_delete(child);
    ac_program_destroy(&program);
    return report;
}

/* Only this oracle checks. */
static void differ(const struct ac_allocator *allocator, const struct ac_profile *guaranteed,
                   const struct ac_profile *open, enum ac_oracle oracle, const char *text) {
    const ac_oracle_set set = AC_ORACLE_BIT(oracle);
    const struct ac_report red = replay(allocator, guaranteed, set, text);
    const struct ac_report green = replay(allocator, open, set, text);
    assert_true(red.found);
    assert_string_equal(ac_oracle_info(red.finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_false(green.found);
}

static void a_freed_size_may_be_refused(void **state) {
    struct ac_profile guaranteed = ac_standard_profile;
    (void)state;
    guaranteed.may_refuse_freed_size = false;
    differ(&lax, &guaranteed, &ac_standard_profile, AC_ORACLE_MUST_SUCCEED,
           "ops 1\np0 = malloc 77\nfree p0\np0 = malloc 77\n");
}

static void a_call_may_not_return(void **state) {
    struct ac_profile open = ac_standard_profile;
    (void)state;
    open.may_not_return = true;
    differ(&lax, &ac_standard_profile, &open, AC_ORACLE_LIVENESS, "ops 1\np0 = malloc 601\n");
}

static const struct ac_planted_bug *growing(void) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++)
        if (planted_bugs[i].expected == AC_ORACLE_NO_GROWTH)
            return &planted_bugs[i];
    fail_msg("no planted-bug allocator grows");
    return NULL;
}

static void a_closed_loop_may_grow(void **state) {
    const struct ac_planted_bug *planted = growing();
    struct ac_profile open = *planted->allocator->profile;
    (void)state;
    open.may_grow = true;
    differ(planted->allocator, NULL, &open, AC_ORACLE_NO_GROWTH, planted->program);
}

/* C17 7.22.3.5: realloc of NULL is malloc, so malloc's guarantee counts. */
static void realloc_of_null_is_held_to_the_errno_of_malloc(void **state) {
    struct ac_profile of_malloc = ac_standard_profile, of_realloc = ac_standard_profile;
    (void)state;
    of_malloc.errno_guaranteed[AC_FN_MALLOC] = AC_CAUSE_ALL;
    of_realloc.errno_guaranteed[AC_FN_REALLOC] = AC_CAUSE_ALL;
    differ(&lax, &of_malloc, &of_realloc, AC_ORACLE_ERRNO, "ops 1\np0 = realloc p0 max-7\n");
    differ(&lax, &of_realloc, &of_malloc, AC_ORACLE_ERRNO,
           "ops 1\np0 = malloc 24\np0 = realloc p0 max-7\n");
}

static const char calls_with_null[] =
    "ops 1\nfree p0\np1 = realloc p0 24\nmalloc_usable_size p0\np2 = malloc 24\n";

static size_t lax_usable_size(void *heap, void *block) {
    return ac_libc.usable_size(heap, block);
}

/* A replay runs the program twice where one loop of it is not checked. */
static void what_takes_no_null_is_not_called_with_it(void **state) {
    struct ac_profile none = ac_standard_profile;
    struct ac_allocator allocator = lax;
    (void)state;
    allocator.usable_size = lax_usable_size;
    const ac_oracle_set set = AC_ORACLE_BIT(AC_ORACLE_SURVIVES);
    assert_int_equal(
        replay(&allocator, &ac_standard_profile, set, calls_with_null).counts.not_offered, 0);
    none.null_not_offered = AC_NULL_FREE | AC_NULL_REALLOC | AC_NULL_USABLE;
    const struct ac_report report = replay(&allocator, &none, set, calls_with_null);
    assert_int_equal(report.counts.not_offered, 3 * report.counts.calls);
    assert_int_not_equal(report.counts.calls, 0);
}

/* Only programs whose page source has the quirk lose it. */
static void a_declined_quirk_is_left_out_and_counted(void **state) {
    const struct ac_allocator *brk = growing()->allocator;
    struct ac_profile declines = *brk->profile;
    const ac_oracle_set set = AC_ORACLE_BIT(AC_ORACLE_SURVIVES);
    (void)state;
    declines.declined_quirks = AC_QUIRK_LOWER;
    assert_int_equal(
        replay(brk, &declines, set, "ops 1\nwith quirks=gaps\np0 = malloc 24\n").counts.not_offered,
        0);
    const struct ac_report report =
        replay(brk, &declines, set, "ops 1\nwith quirks=gaps,lower\np0 = malloc 24\n");
    assert_int_not_equal(report.counts.not_offered, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_freed_size_may_be_refused),
        cmocka_unit_test(a_call_may_not_return),
        cmocka_unit_test(a_closed_loop_may_grow),
        cmocka_unit_test(realloc_of_null_is_held_to_the_errno_of_malloc),
        cmocka_unit_test(what_takes_no_null_is_not_called_with_it),
        cmocka_unit_test(a_declined_quirk_is_left_out_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
