// SPDX-License-Identifier: MIT
// The comparison of answers, and which differences are legal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"

/* Two recordings, and a request with equal answers in both. */
struct logs {
    struct ac_answers left, right;
    struct ac_agreement agreement;
};

static const struct ac_recorded_answer granted = {.function = AC_FN_MALLOC,
                                                  .count = 1,
                                                  .size = 24,
                                                  .old_size = UINT64_MAX,
                                                  .succeeded = true,
                                                  .determined = true};
static const struct ac_recorded_answer refused = {.function = AC_FN_MALLOC,
                                                  .count = 1,
                                                  .size = SIZE_MAX,
                                                  .old_size = UINT64_MAX,
                                                  .error = ENOMEM,
                                                  .determined = true,
                                                  .error_guaranteed = true,
                                                  .error_fits = true};

static int set_up(void **state) {
    *state = calloc(1, sizeof(struct logs));
    return *state == NULL;
}

static int tear_down(void **state) {
    free(*state);
    return 0;
}

static void put(struct ac_answers *answers, uint32_t op, const struct ac_recorded_answer *answer) {
    struct ac_recorded_answer *at = &answers->at[answers->count++];
    *at = *answer;
    at->op = op;
}

static const struct ac_agreement *compare(struct logs *logs) {
    ac_answers_compare(&logs->left, "one", &logs->right, "two", &logs->agreement);
    return &logs->agreement;
}

static void expect(struct logs *logs, uint64_t compared, uint64_t skipped, uint64_t differ) {
    compare(logs);
    assert_int_equal(logs->agreement.compared, compared);
    assert_int_equal(logs->agreement.skipped, skipped);
    assert_int_equal(logs->agreement.disagreements, differ);
}

static void the_same_answers_agree(void **state) {
    struct logs *logs = *state;
    put(&logs->left, 0, &granted);
    put(&logs->right, 0, &granted);
    put(&logs->left, 1, &refused);
    put(&logs->right, 1, &refused);
    expect(logs, 2, 0, 0);
}

static void a_block_against_null_is_a_finding(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer other = granted;
    other.succeeded = false;
    put(&logs->left, 0, &granted);
    put(&logs->right, 0, &granted);
    put(&logs->left, 3, &granted);
    put(&logs->right, 3, &other);
    expect(logs, 2, 0, 1);
    assert_int_equal(logs->agreement.first.oracle, AC_ORACLE_AGREEMENT);
    assert_int_equal(logs->agreement.first.op, 3);
    assert_string_equal(logs->agreement.first.actual, "one: a block; two: NULL");
}

static void undetermined_answers_may_differ(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer other = granted;
    other.succeeded = other.determined = false;
    put(&logs->left, 0, &granted);
    put(&logs->right, 0, &other);
    expect(logs, 0, 1, 0);
}

static void other_profile_choices_explain_a_difference(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer mine = granted, other = granted;
    mine.choice = 1 + AC_ZERO_BLOCK;
    other.choice = 1 + AC_ZERO_NULL;
    other.succeeded = false;
    put(&logs->left, 0, &mine);
    put(&logs->right, 0, &other);
    expect(logs, 0, 1, 0);
}

static void errno_is_compared_if_both_guarantee_it(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer other = refused;
    other.error = EAGAIN;
    other.error_fits = false;
    put(&logs->left, 0, &refused);
    put(&logs->right, 0, &other);
    expect(logs, 1, 0, 1);
    assert_string_equal(logs->agreement.first.actual, "one: NULL, ENOMEM; two: NULL, EAGAIN");
    logs->right.at[0].error = 0;
    expect(logs, 1, 0, 1);
    assert_string_equal(logs->agreement.first.actual,
                        "one: NULL, ENOMEM; two: NULL, errno unchanged");
    logs->right.at[0].error_guaranteed = false;
    expect(logs, 1, 0, 0);
    logs->right.at[0].error_guaranteed = logs->right.at[0].error_fits = true;
    logs->right.at[0].error = EINVAL; /* both values are allowed */
    expect(logs, 1, 0, 0);
}

static void content_is_compared_if_both_were_checked(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer mine = granted, other = granted;
    mine.content = AC_CONTENT_KEPT;
    other.content = AC_CONTENT_LOST;
    put(&logs->left, 0, &mine);
    put(&logs->right, 0, &other);
    expect(logs, 1, 0, 1);
    logs->right.at[0].content = AC_CONTENT_UNSEEN;
    expect(logs, 1, 0, 0);
}

static void other_requests_are_skipped(void **state) {
    struct logs *logs = *state;
    struct ac_recorded_answer larger = granted, resized = granted;
    larger.size = 25;
    larger.succeeded = false;
    resized.old_size = 8;
    put(&logs->left, 0, &granted);
    put(&logs->right, 0, &larger);
    put(&logs->left, 1, &granted);
    put(&logs->right, 1, &resized);
    put(&logs->left, 2, &granted); /* only one got the request */
    put(&logs->right, 3, &granted);
    put(&logs->left, 4, &granted);
    put(&logs->right, 4, &granted);
    put(&logs->right, 5, &granted);
    expect(logs, 1, 5, 0);
}

static void rounds_are_separate_calls(void **state) {
    struct logs *logs = *state;
    for (uint32_t round = 0; round < 3; round++) {
        put(&logs->left, 0, &granted);
        logs->left.at[round].round = round;
    }
    put(&logs->right, 0, &granted);
    logs->right.at[0].round = 1;
    expect(logs, 1, 2, 0);
}

/* --- recorded by a child process --- */

static void append(struct ac_program *program, uint8_t kind, uint32_t slot, uint64_t size) {
    struct ac_op op = {.kind = kind, .repeat = 1, .slot = slot, .b = ac_absolute(size)};
    op.from = kind == AC_OP_REALLOC ? slot : 0;
    op.a = kind == AC_OP_CALLOC ? ac_absolute(3) : op.a;
    assert_true(ac_program_append(program, &op));
}

static struct ac_child *run_in_child(bool keep) {
    const struct ac_child_options options = {
        .target = ac_target_of(&ac_libc), .oracles = AC_ALL_ORACLES, .keep_answers = keep};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    ac_program_init(&program);
    append(&program, AC_OP_MALLOC, 0, 24);
    append(&program, AC_OP_CALLOC, 1, 40);
    append(&program, AC_OP_REALLOC, 0, 4096);
    append(&program, AC_OP_MALLOC, 2, (uint64_t)PTRDIFF_MAX + 1);
    append(&program, AC_OP_MALLOC, 3, UINT64_C(3) << 20);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    ac_program_destroy(&program);
    return child;
}

static void a_child_records_the_answers_of_its_last_program(void **state) {
    (void)state;
    struct ac_child *child = run_in_child(true);
    const struct ac_answers *answers = ac_child_answers(child);
    assert_int_equal(answers->count, 5);
    assert_true(answers->at[0].succeeded && answers->at[0].determined);
    assert_int_equal(answers->at[0].content, AC_CONTENT_UNSEEN);
    assert_int_equal(answers->at[1].content, AC_CONTENT_KEPT);
    assert_int_equal(answers->at[1].count * answers->at[1].size, 120);
    assert_int_equal(answers->at[2].old_size, 24);
    assert_int_equal(answers->at[2].content, AC_CONTENT_KEPT);
    assert_true(!answers->at[3].succeeded && answers->at[3].determined &&
                answers->at[3].error_fits);
    assert_int_equal(answers->at[3].error, ENOMEM);
    assert_true(answers->at[4].succeeded);
    ac_child_delete(child);
}

static void a_child_records_nothing_by_default(void **state) {
    (void)state;
    struct ac_child *child = run_in_child(false);
    assert_null(ac_child_answers(child));
    ac_child_delete(child);
}

int main(void) {
#define WITH_RECORDINGS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_RECORDINGS(the_same_answers_agree),
        WITH_RECORDINGS(a_block_against_null_is_a_finding),
        WITH_RECORDINGS(undetermined_answers_may_differ),
        WITH_RECORDINGS(other_profile_choices_explain_a_difference),
        WITH_RECORDINGS(errno_is_compared_if_both_guarantee_it),
        WITH_RECORDINGS(content_is_compared_if_both_were_checked),
        WITH_RECORDINGS(other_requests_are_skipped),
        WITH_RECORDINGS(rounds_are_separate_calls),
        cmocka_unit_test(a_child_records_the_answers_of_its_last_program),
        cmocka_unit_test(a_child_records_nothing_by_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
