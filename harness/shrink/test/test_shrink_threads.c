// SPDX-License-Identifier: MIT
// The passes of the shrinker over heads, kinds, threads and failures, with made-up predicates.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shrinking.h"

/* --- head, kinds, threads --- */

static bool wants_dirty_break(const struct ac_program *program) {
    return program->head.source == AC_SOURCE_BRK && (program->head.quirks & AC_QUIRK_DIRTY) != 0;
}

static void settings_become_the_default_one_by_one(void **state) {
    (void)state;
    assert_shrinks(wants_dirty_break,
                   "ops 1\nwith source=brk quirks=gaps,dirty,foreign_brk limit=16M sizes=huge "
                   "frames=own groups=aligned threads=2 seed=9\nforeign_brk 100\nrefuse 2\n",
                   "ops 1\nwith source=brk quirks=dirty\n");
}

static void plainer_kinds_are_tried(void **state) {
    (void)state;
    assert_shrinks(wants_hundred, "ops 1\np0 = calloc 3 40\n", "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = realloc p3 400\n", "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = reallocarray p3 2 400\n",
                   "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = posix_memalign 64 400\n",
                   "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\nenter\np0 = vla 30 40\n", "ops 1\np0 = malloc 100\n");
}

static bool frees_at_all(const struct ac_program *program) {
    return first_of(program, AC_OP_FREE) != NULL || first_of(program, AC_OP_FREE_AT_EXIT) != NULL;
}

static bool wants_two_kinds(const struct ac_program *program) {
    return first_of(program, AC_OP_TRIM) != NULL && first_of(program, AC_OP_MALLOC) != NULL;
}

static bool wants_aligned(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_ALIGNED_ALLOC);
    op = op != NULL ? op : first_of(program, AC_OP_MEMALIGN);
    return op != NULL && value_of(op->a) >= 50;
}

static void the_plainest_kind_that_shows_it_stays(void **state) {
    (void)state;
    assert_shrinks(wants_aligned, "ops 1\np0 = memalign 256 400\n",
                   "ops 1\np0 = aligned_alloc 50 0\n");
}

static bool wants_calloc_product(const struct ac_program *program) {
    return first_of(program, AC_OP_CALLOC) != NULL && wants_hundred(program);
}

static void one_element_takes_the_place_of_many(void **state) {
    (void)state;
    assert_shrinks(wants_calloc_product, "ops 1\np0 = calloc 7 40\n", "ops 1\np0 = calloc 1 100\n");
}

static void the_main_thread_takes_over(void **state) {
    (void)state;
    assert_shrinks(wants_hundred, "ops 1\nwith threads=4\non 2: p0 = malloc 3000\n",
                   "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_two_kinds,
                   "ops 1\nwith threads=5\non 4: p0 = malloc 8\nexit 4\non 4: p1 = malloc 9\non 2: "
                   "free p0\non 1: trim\nexit 2\non 3: free p1\nexit 3\nexit 4\n",
                   "ops 1\np0 = malloc 0\ntrim\n");
}

/* One thread allocates a block, another frees it; the main thread may be one of them. */
static bool is_handed_over(const struct ac_program *program, bool any) {
    const struct ac_op *allocates = first_of(program, AC_OP_MALLOC);
    for (size_t i = 0; allocates != NULL && i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op > allocates && op->kind == AC_OP_FREE && op->slot == allocates->slot &&
            op->thread != allocates->thread && (any || (op->thread != 0 && allocates->thread != 0)))
            return true;
    }
    return false;
}

static bool wants_two_threads(const struct ac_program *program) {
    return is_handed_over(program, true);
}

static bool wants_free_at_exit(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_FREE_AT_EXIT);
    return op != NULL && op->thread != 0;
}

static bool wants_two_others(const struct ac_program *program) {
    return is_handed_over(program, false);
}

static const char of_five_threads[] = "ops 1\nwith threads=5\non 4: p9 = malloc 24\non 2: p1 = "
                                      "malloc 8\nexit 4\non 3: fill p9\non 1: "
                                      "free p1\non 2: free p9\nexit 2\nexit 3\non 4: trim\n";

static void as_few_threads_stay_as_needed(void **state) {
    (void)state;
    assert_shrinks(wants_two_threads, of_five_threads, "ops 1\np0 = malloc 0\non 1: free p0\n");
    assert_shrinks(wants_two_others, of_five_threads,
                   "ops 1\non 1: p0 = malloc 0\non 2: free p0\n");
    assert_shrinks(wants_two_others,
                   "ops 1\nexit 1\non 5: p3 = malloc 1\non 6: free_at_exit p3 0\n"
                   "on 6: free p3\nexit 6\n",
                   "ops 1\non 1: p0 = malloc 0\non 2: free p0\n");
}

static void a_free_at_exit_is_a_plain_free_where_that_will_do(void **state) {
    (void)state;
    static const char text[] = "ops 1\non 2: p0 = malloc 8\non 2: free_at_exit p0 2\nexit 2\n";
    assert_shrinks(wants_free_at_exit, text, "ops 1\non 1: free_at_exit p0 0\n");
    assert_shrinks(frees_at_all, text, "ops 1\nfree p0\n");
}

/* Two threads are enough if the ops of the third are split between them. */
static bool wants_ops_apart(const struct ac_program *program) {
    const struct ac_op *trim = first_of(program, AC_OP_TRIM);
    const struct ac_op *fork = first_of(program, AC_OP_FORK);
    const struct ac_op *check = first_of(program, AC_OP_CHECK_ALL);
    const struct ac_op *enter = first_of(program, AC_OP_ENTER);
    return trim && fork && check && enter && trim->thread != check->thread &&
           fork->thread != enter->thread && check->thread != enter->thread;
}

static void single_ops_go_to_other_threads(void **state) {
    (void)state;
    assert_shrinks(wants_ops_apart, "ops 1\non 2: trim\non 2: fork\non 1: check_all\nenter\n",
                   "ops 1\ntrim\non 1: fork\non 1: check_all\nenter\n");
}

static bool ends_after_allocating(const struct ac_program *program) {
    const struct ac_op *allocates = first_of(program, AC_OP_MALLOC);
    for (size_t i = 0; allocates != NULL && i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op > allocates && op->kind == AC_OP_EXIT && op->slot == allocates->thread)
            return true;
    }
    return false;
}

static void an_exit_stays_where_it_matters(void **state) {
    (void)state;
    assert_shrinks(ends_after_allocating,
                   "ops 1\non 3: p0 = malloc 8\non 2: trim\nexit 2\nrepeat 3: exit 3\nexit 3\n",
                   "ops 1\non 1: p0 = malloc 0\nexit 1\n");
}

/* Two threads must have started: one that restarts, or two. */
static bool wants_two_lives(const struct ac_program *program) {
    unsigned lives[AC_MAX_THREADS] = {0};
    int first = -1;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const int life = (int)(lives[op->thread] * AC_MAX_THREADS + op->thread);
        lives[op->kind == AC_OP_EXIT ? op->slot : 0]++;
        if (op->kind == AC_OP_MALLOC && op->thread != 0) {
            if (first >= 0 && life != first)
                return true;
            first = life;
        }
    }
    return false;
}

static void a_new_thread_takes_the_place_of_one_that_begins_anew(void **state) {
    (void)state;
    assert_shrinks(wants_two_lives,
                   "ops 1\non 3: p0 = malloc 8\nexit 3\non 3: p1 = malloc 8\non 3: trim\n",
                   "ops 1\non 1: p0 = malloc 0\non 2: p1 = malloc 0\n");
}

/* --- failures --- */

static bool wants_refusal_elsewhere(const struct ac_program *program) {
    const struct ac_op *allocates = first_of(program, AC_OP_MALLOC);
    for (const struct ac_op *op = program->ops; allocates != NULL && op < allocates; op++)
        if (op->kind == AC_OP_REFUSE && value_of(op->a) == 2)
            return allocates->thread != 0;
    return false;
}

static void failures_stay_where_they_matter(void **state) {
    (void)state;
    static const char text[] =
        "ops 1\nwith quirks=no_resize,no_unmap threads=3\nrefuse 1\nrefuse 2\non 2: "
        "p0 = malloc 8\nrefuse 3\nfork\non 1: free p0\n";
    assert_shrinks(wants_refusal_elsewhere, text, "ops 1\nrefuse 2\non 1: p0 = malloc 0\n");
    assert_shrinks(wants_two_threads, text, "ops 1\np0 = malloc 0\non 1: free p0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_become_the_default_one_by_one),
        cmocka_unit_test(plainer_kinds_are_tried),
        cmocka_unit_test(the_plainest_kind_that_shows_it_stays),
        cmocka_unit_test(one_element_takes_the_place_of_many),
        cmocka_unit_test(the_main_thread_takes_over),
        cmocka_unit_test(as_few_threads_stay_as_needed),
        cmocka_unit_test(a_free_at_exit_is_a_plain_free_where_that_will_do),
        cmocka_unit_test(single_ops_go_to_other_threads),
        cmocka_unit_test(an_exit_stays_where_it_matters),
        cmocka_unit_test(a_new_thread_takes_the_place_of_one_that_begins_anew),
        cmocka_unit_test(failures_stay_where_they_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
