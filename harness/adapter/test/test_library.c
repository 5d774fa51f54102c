// SPDX-License-Identifier: MIT
// Libraries under test, loaded and preloaded: how the target describes them, and that every request
// means the same in a process that was executed.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "allocheck/child.h"
#include "allocheck/enumerate.h"
#include "adapter/library.h"

#define LIBRARY(name) LIBRARY_FOLDER "/lib" name ".so"

enum { WAYS = 2 };

/* The same source, loaded and preloaded, and another one that keeps every guarantee. */
static const char *const both[WAYS] = {LIBRARY("counting"), LIBRARY("counting_nodlopen")};
static const char *const sound[WAYS] = {LIBRARY("exporting"), LIBRARY("exporting_nodlopen")};

static struct ac_target opened(const char *path) {
    struct ac_target target;
    char error[AC_LIBRARY_ERROR] = "";
    if (!ac_target_open(&target, path, error, sizeof error))
        fail_msg("%s", error);
    return target;
}

static struct ac_child *child_of(const struct ac_target *target, uint32_t call_ms) {
    const struct ac_child_options options = {.target = *target,
                                             .oracles = AC_ALL_ORACLES,
                                             .keep_answers = true,
                                             .free_at_end = true,
                                             .call_ms = call_ms};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    return child;
}

/* Runs `p0 = malloc SIZE`. */
static void run_malloc(struct ac_child *child, size_t size, struct ac_report *report) {
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(size)};
    struct ac_program program;
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &op));
    assert_int_equal(ac_child_run(child, &program, report), AC_CHILD_RAN);
    ac_program_destroy(&program);
}

static void a_target_reports_what_a_library_offers(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        const struct ac_target target = opened(both[way]);
        const struct ac_allocator *allocator = target.allocator;
        assert_string_equal(target.name, way == 0 ? "counting" : "counting_nodlopen");
        assert_string_equal(ac_target_argument(&target), both[way]);
        assert_int_equal(target.library->preloaded, way);
        assert_string_equal(ac_target_profile(&target)->name, "standard");
        assert_true(allocator->malloc != NULL && allocator->calloc != NULL);
        assert_true(allocator->realloc != NULL && allocator->free != NULL);
        assert_true(allocator->reallocarray == NULL && allocator->aligned_alloc == NULL);
        assert_true(allocator->posix_memalign == NULL && allocator->memalign == NULL);
        assert_true(allocator->usable_size != NULL && allocator->trim == NULL);
        assert_true(allocator->open == NULL && allocator->sources == 0);
    }
}

static void a_target_reports_what_a_library_exports(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        const struct ac_target target = opened(sound[way]);
        assert_string_equal(target.name, "exporting");
        assert_int_equal(target.library->preloaded, way);
        assert_true(target.allocator->open != NULL && target.allocator->calloc == NULL);
        const struct ac_profile *profile = ac_target_profile(&target);
        assert_string_equal(profile->name, "exporting");
        assert_int_equal(profile->zero[AC_FN_MALLOC], AC_ZERO_BLOCK);
        assert_string_equal(profile->misuse[AC_MISUSE_DOUBLE_FREE], "exporting: double free");
        assert_null(profile->misuse[AC_MISUSE_OVERFLOW]);
    }
}

/* This process cannot provide 16 KiB of static thread-local memory. */
static void what_finds_no_room_is_preloaded(void **state) {
    (void)state;
    const struct ac_target target = opened(LIBRARY("counting_tls"));
    assert_true(target.library->preloaded);
}

static void a_profile_that_is_given_checks(void **state) {
    (void)state;
    struct ac_profile_copy null_for_zero;
    ac_profile_copy(&null_for_zero, &ac_standard_profile);
    null_for_zero.profile.zero[AC_FN_MALLOC] = AC_ZERO_NULL;
    for (int way = 0; way < WAYS; way++) {
        struct ac_target target = opened(both[way]);
        struct ac_report report;
        struct ac_child *child = child_of(&target, 0);
        run_malloc(child, 0, &report);
        assert_false(report.found);
        ac_child_delete(child);
        target.profile = &null_for_zero.profile;
        child = child_of(&target, 0);
        run_malloc(child, 0, &report);
        assert_true(report.found);
        assert_int_equal(report.finding.oracle, AC_ORACLE_ZERO_SIZE);
        ac_child_delete(child);
    }
}

static bool has_frame_in_library(const struct ac_crash *crash) {
    for (uint32_t i = 0; i < crash->count; i++)
        if (strstr(crash->frames[i].module, "/libcounting") != NULL)
            return true;
    return false;
}

static void what_ends_the_process_is_a_finding(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        const struct ac_target target = opened(both[way]);
        struct ac_child *child = child_of(&target, 200);
        struct ac_report report;
        static const char message[] = "the heap is broken, giving up\n";
        char reported[200];
        run_malloc(child, 501, &report);
        assert_true(report.found);
        assert_int_equal(report.finding.oracle, AC_ORACLE_SURVIVES);
        assert_string_equal(report.finding.actual, "SIGABRT in the call");
        ac_child_output(child, reported, sizeof reported);
        assert_string_equal(reported, message);
        assert_true(has_frame_in_library(ac_child_crash(child)));
        run_malloc(child, 601, &report);
        assert_true(report.found);
        assert_int_equal(report.finding.oracle, AC_ORACLE_LIVENESS);
        run_malloc(child, 24, &report); /* in a new process */
        assert_false(report.found);
        ac_child_delete(child);
    }
}

static void answers_are_kept(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        const struct ac_target target = opened(both[way]);
        struct ac_child *child = child_of(&target, 0);
        struct ac_report report;
        run_malloc(child, 24, &report);
        const struct ac_answers *answers = ac_child_answers(child);
        assert_int_equal(answers->count, 1);
        assert_int_equal(answers->at[0].size, 24);
        assert_true(answers->at[0].succeeded);
        ac_child_delete(child);
    }
}

/* Programs larger than the first capacity of the shared ops. */
static void a_long_program_reaches_the_child(void **state) {
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        const struct ac_target target = opened(both[way]);
        struct ac_child *child = child_of(&target, 0);
        struct ac_report report;
        struct ac_program program;
        ac_program_init(&program);
        for (uint32_t i = 0; i < 5000; i++) {
            const struct ac_op op = {
                .kind = AC_OP_MALLOC, .repeat = 1, .slot = i, .b = ac_absolute(8)};
            assert_true(ac_program_append(&program, &op));
        }
        assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
        assert_int_equal(report.counts.calls, 5000);
        ac_program_destroy(&program);
        ac_child_delete(child);
    }
}

static struct ac_batch batch_on(const char *path, const struct ac_batch_options *options) {
    const struct ac_target target = opened(path);
    struct ac_child *child = child_of(&target, 0);
    struct ac_batch batch;
    assert_int_equal(ac_child_batch(child, options, &batch), AC_CHILD_RAN);
    ac_child_delete(child);
    return batch;
}

/* Generated programs depend on boundaries, enumerated ones on a scope; both are passed by pointer.
 */
static void batches_are_the_same_both_ways(void **state) {
    (void)state;
    const struct ac_boundaries boundaries = {.count = 2, .at = {4080, 131056}};
    const struct ac_target target = opened(sound[0]);
    static struct ac_enumeration enumeration;
    struct ac_scope scope;
    ac_scope_choose(&scope, &target, &boundaries, 6, 4);
    assert_true(ac_enumerate(&enumeration, &scope, &target));
    assert_true(ac_enumeration_total(&enumeration) > 300);
    const struct ac_batch_options options[] = {
        {.generate = {.groups = 1u << AC_GROUP_BASIC,
                      .max_ops = 40,
                      .max_limit = 1 << 20,
                      .boundaries = &boundaries},
         .first_seed = 7,
         .count = 200},
        {.enumeration = &enumeration, .first_seed = 100, .count = 200}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const struct ac_batch first = batch_on(sound[0], &options[i]);
        const struct ac_batch second = batch_on(sound[1], &options[i]);
        assert_false(first.sum.found || second.sum.found);
        assert_int_equal(first.programs, 200);
        assert_int_equal(second.programs, 200);
        assert_int_equal(first.sum.counts.calls, second.sum.counts.calls);
        assert_int_equal(first.sum.digest, second.sum.digest);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_reports_what_a_library_offers),
        cmocka_unit_test(a_target_reports_what_a_library_exports),
        cmocka_unit_test(what_finds_no_room_is_preloaded),
        cmocka_unit_test(a_profile_that_is_given_checks),
        cmocka_unit_test(what_ends_the_process_is_a_finding),
        cmocka_unit_test(answers_are_kept),
        cmocka_unit_test(a_long_program_reaches_the_child),
        cmocka_unit_test(batches_are_the_same_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
