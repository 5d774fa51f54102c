// SPDX-License-Identifier: MIT
// A signal, an abort, an exit or a call that never returns is a finding, and does not end the
// harness.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"
#include "test/toy.h"

static const struct ac_profile profile = {
    .name = "odd",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
    .misuse = {[AC_MISUSE_DOUBLE_FREE] = "double free"},
};

static const struct ac_allocator odd = TOY("odd", &profile, toy_fails, toy_free);

/* Fails at the first request above a page; some program soon makes one. */
static void *small_malloc(void *heap, size_t size) {
    return size > 4096 ? (abort(), NULL) : toy_malloc(heap, size);
}

static struct ac_child *new_child(ac_oracle_set oracles) {
    const struct ac_child_options options = {
        .target = ac_target_of(&odd), .oracles = oracles, .free_at_end = true, .call_ms = 200};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    return child;
}

/* malloc 24, malloc 32, malloc `size` (op 2), malloc 8. */
static enum ac_child_end run(struct ac_child *child, uint64_t size, struct ac_report *report) {
    struct ac_program program;
    const uint64_t sizes[] = {24, 32, size, 8};
    ac_program_init(&program);
    for (uint32_t i = 0; i < 4; i++) {
        struct ac_op op = {
            .kind = AC_OP_MALLOC, .repeat = 1, .slot = i, .b = ac_absolute(sizes[i])};
        assert_true(ac_program_append(&program, &op));
    }
    enum ac_child_end end = ac_child_run(child, &program, report);
    ac_program_destroy(&program);
    return end;
}

static void expect(uint64_t size, enum ac_oracle oracle, const char *actual) {
    struct ac_report report;
    struct ac_child *child = new_child(AC_ALL_ORACLES);
    assert_int_equal(run(child, 48, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(run(child, size, &report), AC_CHILD_RAN);
    assert_true(report.found);
    assert_string_equal(ac_oracle_info(report.finding.oracle)->id, ac_oracle_info(oracle)->id);
    assert_int_equal(report.finding.op, 2);
    assert_string_equal(report.finding.actual, actual);
    assert_int_equal(run(child, 48, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(report.counts.calls, 4);
    ac_child_delete(child);
}

static void an_abort_is_checked(void **state) {
    (void)state;
    expect(TOY_ABORTS, AC_ORACLE_SURVIVES, "SIGABRT in the call");
}

static void a_signal_is_checked(void **state) {
    (void)state;
    expect(TOY_CRASHES, AC_ORACLE_SURVIVES, "SIGSEGV in the call");
}

static void an_exit_with_success_is_checked(void **state) {
    (void)state;
    expect(TOY_EXITS, AC_ORACLE_SURVIVES, "exit(0) in the call");
}

static void a_report_of_undefined_behaviour_is_checked(void **state) {
    (void)state;
    expect(TOY_REPORTS, AC_ORACLE_SURVIVES, "UndefinedBehaviorSanitizer: a report in the call");
}

static void a_busy_call_is_checked(void **state) {
    (void)state;
    expect(TOY_SPINS, AC_ORACLE_LIVENESS, "it does not return");
}

static void a_sleeping_call_is_checked(void **state) {
    (void)state;
    expect(TOY_SLEEPS, AC_ORACLE_LIVENESS, "it does not return");
}

static void a_text_for_misuse_is_a_false_alarm(void **state) {
    (void)state;
    expect(TOY_ACCUSES, AC_ORACLE_NO_FALSE_ALARM, "SIGABRT in the call");
}

static char *live_before;

/* Reads a live block. */
static void *peeking_malloc(void *heap, size_t size) {
    char *block = toy_malloc(heap, size);
    if (live_before != NULL && block != NULL)
        block[0] = live_before[0];
    live_before = block;
    return block;
}

static void a_look_at_live_memory_is_checked_under_the_sanitizer(void **state) {
    (void)state;
    bool sanitized = strcmp(ac_libc.name, "libc-asan") == 0;
    struct ac_report report;
    struct ac_allocator peeking = odd;
    peeking.malloc = peeking_malloc;
    peeking.instrumented = sanitized;
    const struct ac_child_options options = {.target = ac_target_of(&peeking),
                                             .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&options);
    assert_int_equal(run(child, 48, &report), AC_CHILD_RAN);
    assert_int_equal(report.found, sanitized);
    if (sanitized) {
        assert_int_equal(report.finding.oracle, AC_ORACLE_LIVE_UNTOUCHED);
        assert_int_equal(report.finding.op, 1);
        assert_string_equal(report.finding.actual,
                            "AddressSanitizer: use-after-poison in the call");
    }
    ac_child_delete(child);
}

static void *open_any(const struct ac_open_options *options) {
    static int heap;
    (void)options;
    return &heap;
}

static void close_any(void *heap) {
    (void)heap;
}

/* Guarantees to catch a double free, but crashes. */
static void heedless_free(void *heap, void *block) {
    static void *last;
    (void)heap;
    if (block != NULL && block == last)
        raise(SIGSEGV);
    last = block; /* not freed, so that its address is not reused */
}

static void a_crash_at_a_misuse_breaks_that_guarantee(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_program program;
    struct ac_allocator heedless = odd;
    const struct ac_op allocate = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(24)};
    const struct ac_op twice = {.kind = AC_OP_DOUBLE_FREE, .repeat = 1};
    const struct ac_child_options options = {.target = ac_target_of(&heedless),
                                             .oracles = AC_ALL_ORACLES};
    heedless.open = open_any;
    heedless.close = close_any;
    heedless.free = heedless_free;
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &allocate) && ac_program_append(&program, &twice));
    struct ac_child *child = ac_child_new(&options);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, AC_ORACLE_MISUSE_CAUGHT);
    assert_int_equal(report.finding.op, 1);
    ac_child_delete(child);
    ac_program_destroy(&program);
}

static void an_oracle_switched_off_finds_nothing(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = new_child(AC_ALL_ORACLES & ~AC_ORACLE_BIT(AC_ORACLE_SURVIVES));
    assert_int_equal(run(child, TOY_ABORTS, &report), AC_CHILD_RAN);
    assert_false(report.found);
    ac_child_delete(child);
}

static void the_users_timeout_is_no_finding(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = new_child(AC_ALL_ORACLES);
    ac_child_timeout(child, 50);
    assert_int_equal(run(child, TOY_SLEEPS, &report), AC_CHILD_TIMEOUT);
    assert_false(report.found);
    ac_child_timeout(child, 0);
    assert_int_equal(run(child, 48, &report), AC_CHILD_RAN);
    ac_child_delete(child);
}

static void programs_share_a_process_until_it_is_renewed(void **state) {
    (void)state;
    struct ac_report report;
    char first[64], second[64], third[64];
    struct ac_child *child = new_child(AC_ALL_ORACLES);
    assert_int_equal(run(child, TOY_PRINTS, &report), AC_CHILD_RAN);
    assert_true(ac_child_output(child, first, sizeof first) > 8);
    assert_int_equal(run(child, TOY_PRINTS, &report), AC_CHILD_RAN);
    ac_child_output(child, second, sizeof second);
    ac_child_renew(child);
    assert_int_equal(run(child, TOY_PRINTS, &report), AC_CHILD_RAN);
    ac_child_output(child, third, sizeof third);
    assert_string_equal(first, second);
    assert_string_not_equal(first, third);
    ac_child_delete(child);
}

static void a_long_program_fits(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_program program;
    struct ac_child *child = new_child(AC_ALL_ORACLES);
    ac_program_init(&program);
    for (uint32_t i = 0; i < 20000; i++) {
        struct ac_op op = {.kind = i % 2 ? AC_OP_FREE : AC_OP_MALLOC,
                           .repeat = 1,
                           .b = ac_absolute(i % 2 ? 0 : 24)};
        assert_true(ac_program_append(&program, &op));
    }
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_int_equal(report.counts.calls, 20000);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* Shared by all processes: the first one that called. */
static volatile pid_t *first_asked;

static void *fickle_malloc(void *heap, size_t size) {
    (void)heap;
    if (*first_asked == 0)
        *first_asked = getpid();
    return *first_asked == getpid() ? malloc(size) : NULL;
}

static void a_fresh_process_must_answer_the_same(void **state) {
    (void)state;
    struct ac_allocator fickle = odd;
    struct ac_program program;
    struct ac_report report;
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(24)};
    const struct ac_child_options options = {.target = ac_target_of(&fickle),
                                             .oracles = AC_ORACLE_BIT(AC_ORACLE_DETERMINISTIC)};
    fickle.malloc = fickle_malloc;
    first_asked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(first_asked != MAP_FAILED);
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &op));
    struct ac_child *child = ac_child_new(&options);
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, AC_ORACLE_DETERMINISTIC);
    ac_child_delete(child);
    ac_program_destroy(&program);
    munmap((void *)first_asked, 4096);
}

static struct ac_batch_options batch_of(uint64_t count) {
    return (struct ac_batch_options){
        .generate = {.groups = (1u << AC_GROUP_BASIC), .max_ops = 40, .max_limit = 1 << 20},
        .first_seed = 7,
        .count = count};
}

static void a_batch_counts_its_programs(void **state) {
    (void)state;
    const struct ac_batch_options options = batch_of(300);
    struct ac_batch batch;
    struct ac_allocator plain = odd;
    plain.malloc = toy_malloc;
    const struct ac_child_options how = {.target = ac_target_of(&plain), .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&how);
    assert_int_equal(ac_child_batch(child, &options, &batch), AC_CHILD_RAN);
    assert_false(batch.sum.found);
    assert_int_equal(batch.programs, 300);
    assert_int_equal(batch.seed, 306);
    assert_true(batch.sum.counts.calls > 300);
    ac_child_delete(child);
}

static void a_batch_goes_on_where_no_oracle_checks_a_crash(void **state) {
    (void)state;
    const struct ac_batch_options options = batch_of(300);
    struct ac_batch batch;
    struct ac_allocator small = odd;
    small.malloc = small_malloc;
    const struct ac_child_options how = {.target = ac_target_of(&small),
                                         .oracles =
                                             AC_ALL_ORACLES & ~AC_ORACLE_BIT(AC_ORACLE_SURVIVES)};
    struct ac_child *child = ac_child_new(&how);
    assert_int_equal(ac_child_batch(child, &options, &batch), AC_CHILD_RAN);
    assert_false(batch.sum.found);
    assert_int_equal(batch.programs, 300);
    ac_child_delete(child);
}

static void a_batch_names_the_seed_that_crashed(void **state) {
    (void)state;
    struct ac_allocator small = odd;
    struct ac_batch_options options = batch_of(1000);
    struct ac_batch batch;
    struct ac_program program;
    struct ac_report report;
    small.malloc = small_malloc;
    const struct ac_child_options how = {.target = ac_target_of(&small), .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&how);
    assert_int_equal(ac_child_batch(child, &options, &batch), AC_CHILD_RAN);
    assert_true(batch.sum.found);
    assert_int_equal(batch.sum.finding.oracle, AC_ORACLE_SURVIVES);
    assert_int_equal(batch.seed, options.first_seed + batch.programs - 1);
    ac_program_init(&program);
    assert_true(ac_generate(&program, batch.seed, &options.generate));
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_memory_equal(&report.finding, &batch.sum.finding, sizeof report.finding);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* --- what is known --- */

static void expect_zeroed(enum ac_child_end end, const struct ac_report *report, bool found) {
    assert_int_equal(end, AC_CHILD_RAN);
    assert_int_equal(report->found, found);
    assert_true(!found || report->finding.oracle == AC_ORACLE_ZEROED);
    assert_int_equal(report->counts.accepted > 0, !found);
}

static void what_is_accepted_holds_for_every_request(void **state) {
    (void)state;
    struct ac_allocator dirty = odd;
    struct ac_accepted accepted = {.of = {[AC_FN_CALLOC] = AC_ORACLE_BIT(AC_ORACLE_ZEROED)}};
    struct ac_program program;
    struct ac_report report;
    const struct ac_op op = {
        .kind = AC_OP_CALLOC, .repeat = 1, .a = ac_absolute(3), .b = ac_absolute(9)};
    const struct ac_child_options how = {.target = ac_target_of(&dirty),
                                         .oracles = AC_ORACLE_BIT(AC_ORACLE_ZEROED)};
    dirty.malloc = toy_malloc;
    dirty.calloc = toy_dirty_calloc;
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &op));
    struct ac_child *child = ac_child_new(&how);
    expect_zeroed(ac_child_run(child, &program, &report), &report, true);
    ac_child_accept(child, &accepted);
    expect_zeroed(ac_child_run(child, &program, &report), &report, false);
    expect_zeroed(ac_child_replay(child, &program, &report), &report, false);
    ac_child_accept(child, NULL);
    expect_zeroed(ac_child_run(child, &program, &report), &report, true);
    ac_child_delete(child);
    ac_program_destroy(&program);
}

/* As many are left as a scope without those ops has. */
static void a_batch_passes_over_enumerated_programs(void **state) {
    (void)state;
    static struct ac_enumeration all, rest;
    struct ac_scope scope;
    struct ac_batch batch;
    struct ac_allocator plain = odd;
    plain.malloc = toy_malloc;
    plain.calloc = toy_calloc;
    const struct ac_child_options how = {.target = ac_target_of(&plain), .oracles = AC_ALL_ORACLES};
    ac_scope_choose(&scope, &how.target, NULL, 3, 2);
    assert_true(ac_enumerate(&all, &scope, &how.target));
    scope.without.kinds = UINT64_C(1) << AC_OP_CALLOC;
    assert_true(ac_enumerate(&rest, &scope, &how.target));
    const struct ac_batch_options options = {.generate.without = scope.without,
                                             .enumeration = &all,
                                             .count = ac_enumeration_total(&all)};
    struct ac_child *child = ac_child_new(&how);
    assert_int_equal(ac_child_batch(child, &options, &batch), AC_CHILD_RAN);
    assert_int_equal(batch.programs, ac_enumeration_total(&all));
    assert_true(batch.left_out > 0);
    assert_int_equal(batch.programs - batch.left_out, ac_enumeration_total(&rest));
    ac_child_delete(child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_abort_is_checked),
        cmocka_unit_test(a_signal_is_checked),
        cmocka_unit_test(an_exit_with_success_is_checked),
        cmocka_unit_test(a_report_of_undefined_behaviour_is_checked),
        cmocka_unit_test(a_busy_call_is_checked),
        cmocka_unit_test(a_sleeping_call_is_checked),
        cmocka_unit_test(a_text_for_misuse_is_a_false_alarm),
        cmocka_unit_test(a_look_at_live_memory_is_checked_under_the_sanitizer),
        cmocka_unit_test(a_crash_at_a_misuse_breaks_that_guarantee),
        cmocka_unit_test(an_oracle_switched_off_finds_nothing),
        cmocka_unit_test(the_users_timeout_is_no_finding),
        cmocka_unit_test(programs_share_a_process_until_it_is_renewed),
        cmocka_unit_test(a_long_program_fits),
        cmocka_unit_test(a_fresh_process_must_answer_the_same),
        cmocka_unit_test(a_batch_counts_its_programs),
        cmocka_unit_test(a_batch_goes_on_where_no_oracle_checks_a_crash),
        cmocka_unit_test(a_batch_names_the_seed_that_crashed),
        cmocka_unit_test(what_is_accepted_holds_for_every_request),
        cmocka_unit_test(a_batch_passes_over_enumerated_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
