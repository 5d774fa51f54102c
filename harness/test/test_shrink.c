// SPDX-License-Identifier: MIT
// Every pass of a shrinker, with made-up predicates.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/shrink.h"
#include "random_program.h"

typedef bool predicate(const struct ac_program *program);

struct asked {
    predicate *holds;
    uint64_t asked, last_ask; /* stop after so many; 0: never */
    struct ac_program best;   /* the last one taken, where `follows' */
    bool follows;
};

static size_t judge(void *ctx, const struct ac_program *const *candidates, size_t count) {
    struct asked *asked = ctx;
    for (size_t i = 0; i < count; i++) {
        assert_true(ac_program_normal(candidates[i]));
        asked->asked++;
        if (asked->holds(candidates[i])) {
            return i;
        }
    }
    return count;
}

static bool stop(void *ctx) {
    const struct asked *asked = ctx;
    return asked->last_ask != 0 && asked->asked >= asked->last_ask;
}

static void taken(void *ctx, const struct ac_program *best) {
    struct asked *asked = ctx;
    if (asked->follows) {
        assert_true(asked->holds(best));
        assert_true(ac_program_simpler(best, &asked->best));
        assert_false(ac_program_simpler(&asked->best, best));
        assert_true(ac_program_copy(&asked->best, best));
    }
}

static struct ac_shrink_options options_for(struct asked *asked, size_t batch) {
    return (struct ac_shrink_options){.plan = {.last_op = SIZE_MAX},
                                      .batch = batch,
                                      .judge = judge,
                                      .stop = stop,
                                      .taken = taken,
                                      .ctx = asked};
}

static void parse(struct ac_program *program, const char *text) {
    struct ac_text_error error;
    ac_program_init(program);
    if (!ac_parse(program, text, strlen(text), &error, NULL)) {
        fail_msg("%zu:%zu: expected %s in\n%s", error.line, error.column, error.expected, text);
    }
}

static void assert_text(const struct ac_program *program, const char *expected) {
    char text[2000];
    assert_true(ac_print(program, text, sizeof text) < sizeof text);
    assert_string_equal(text, expected);
}

/* The same comes of it, however many candidates are judged at once. */
static void assert_shrinks(predicate *holds, const char *from, const char *to) {
    static const size_t batches[] = {0, 1, 2, 7, AC_SHRINK_BATCH};
    uint64_t tries = 0;
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        struct asked asked = {.holds = holds, .follows = true};
        const struct ac_shrink_options options = options_for(&asked, batches[i]);
        struct ac_shrunk result;
        struct ac_program program;
        parse(&program, from);
        assert_true(holds(&program));
        ac_program_init(&asked.best);
        assert_true(ac_program_copy(&asked.best, &program));
        assert_true(ac_shrink(&program, &options, &result));
        assert_text(&program, to);
        assert_true(result.minimal);
        assert_true(tries == 0 || tries == result.tries);
        tries = result.tries;
        ac_program_destroy(&asked.best);
        ac_program_destroy(&program);
    }
}

/* --- what predicates look at --- */

static uint64_t value_of(struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = 4096, .left = 1 << 22};
    return ac_operand_resolve(operand, &known);
}

static uint64_t calls_of(const struct ac_program *program, enum ac_op_kind kind) {
    uint64_t calls = 0;
    for (size_t i = 0; i < program->count; i++) {
        calls += program->ops[i].kind == kind ? program->ops[i].repeat : 0;
    }
    return calls;
}

static const struct ac_op *first_of(const struct ac_program *program, enum ac_op_kind kind) {
    for (size_t i = 0; i < program->count; i++) {
        if (program->ops[i].kind == kind) {
            return &program->ops[i];
        }
    }
    return NULL;
}

/* --- ops --- */

static bool always(const struct ac_program *program) {
    (void)program;
    return true;
}

static void what_needs_nothing_ends_empty(void **state) {
    (void)state;
    assert_shrinks(always, "ops 1\nwith seed=3 source=brk\np0 = malloc 8\nfree p0\n", "ops 1\n");
    assert_shrinks(always, "ops 1\n", "ops 1\n");
}

static bool wants_three_kinds(const struct ac_program *program) {
    return first_of(program, AC_OP_TRIM) != NULL && first_of(program, AC_OP_ENTER) != NULL &&
           first_of(program, AC_OP_CHECK_ALL) != NULL;
}

static void only_what_is_needed_stays_in_its_order(void **state) {
    (void)state;
    assert_shrinks(wants_three_kinds,
                   "ops 1\np0 = malloc 8\ntrim\np1 = malloc 9\nfree p0\nenter\nfree p1\nleave\n"
                   "refuse 3\ncheck_all\nfork\np3 = calloc 3 4\nfree p3\n",
                   "ops 1\ntrim\nenter\ncheck_all\n");
}

/* An odd number of ops is in the way: only two together can be left out. */
static bool wants_even(const struct ac_program *program) {
    return program->count % 2 == 0 && first_of(program, AC_OP_TRIM) != NULL;
}

static void two_ops_are_left_out_together(void **state) {
    (void)state;
    assert_shrinks(wants_even, "ops 1\nenter\nfork\ntrim\nleave\n", "ops 1\ntrim\nleave\n");
}

/* A block is as needed as its free: without all that names it, it can be done without. */
static bool wants_balance(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) ==
               calls_of(program, AC_OP_FREE) + calls_of(program, AC_OP_CHECK) &&
           calls_of(program, AC_OP_CHECK) == calls_of(program, AC_OP_FREE) &&
           first_of(program, AC_OP_TRIM) != NULL;
}

static void all_ops_of_a_slot_are_left_out(void **state) {
    (void)state;
    assert_shrinks(wants_balance,
                   "ops 1\np7 = malloc 8\nrepeat 2: p7 = malloc 8\ntrim\ncheck p7\nrepeat 1: free "
                   "p7\np7 = malloc 9\ncheck p7\nfree p7\n",
                   "ops 1\ntrim\n");
}

/* --- repeats --- */

static bool wants_thirteen(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 13;
}

static void repeats_are_lowered(void **state) {
    (void)state;
    assert_shrinks(wants_thirteen, "ops 1\nrepeat 200: p3 = malloc 24\n",
                   "ops 1\nrepeat 13: p0 = malloc 0\n");
}

static void equal_neighbours_become_one(void **state) {
    (void)state;
    assert_shrinks(wants_thirteen,
                   "ops 1\np0 = malloc 24\np1 = malloc 24\nrepeat 3: p2 = malloc 24\np9 = malloc "
                   "7\np8 = malloc 3\nrepeat 9: p7 = malloc 24\n",
                   "ops 1\nrepeat 13: p0 = malloc 0\n");
}

/* Few are needed, if they are large enough: of many that differ, the last is the one to repeat. */
static bool wants_large_sum(const struct ac_program *program) {
    uint64_t sum = 0;
    for (size_t i = 0; i < program->count; i++) {
        sum += program->ops[i].repeat * value_of(program->ops[i].b);
    }
    return sum >= 4000 && calls_of(program, AC_OP_MALLOC) % 8 == 0;
}

static void fewer_ops_repeat_more_often(void **state) {
    (void)state;
    assert_shrinks(wants_large_sum,
                   "ops 1\np0 = malloc 500\np1 = malloc 501\np2 = malloc 502\np3 = malloc "
                   "503\np4 = malloc 504\np5 = malloc 505\np6 = malloc 506\np7 = malloc 507\n",
                   "ops 1\nrepeat 8: p0 = malloc 500\n");
}

static bool wants_slot_seven(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_FREE);
    return op != NULL && op->slot + op->repeat == 8;
}

static void the_first_repeats_are_left_out(void **state) {
    (void)state;
    assert_shrinks(wants_slot_seven, "ops 1\nrepeat 8: free p0\n", "ops 1\nfree p7\n");
}

/* Two single ops do without a third one, one op that repeats does not. */
static bool wants_singles(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 2 &&
           (program->ops[0].repeat == 1 || first_of(program, AC_OP_TRIM) != NULL);
}

static void twice_becomes_two_ops(void **state) {
    (void)state;
    assert_shrinks(wants_singles, "ops 1\nrepeat 2: p5 = malloc 24\ntrim\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\n");
}

/* --- head, kinds, threads --- */

static bool wants_dirty_break(const struct ac_program *program) {
    return program->head.source == AC_SOURCE_BRK && (program->head.moods & AC_MOOD_DIRTY) != 0;
}

static void settings_become_the_default_one_by_one(void **state) {
    (void)state;
    assert_shrinks(wants_dirty_break,
                   "ops 1\nwith source=brk moods=gaps,dirty,stranger limit=16M sizes=huge "
                   "frames=own groups=aligned threads=2 seed=9\nstranger 100\nrefuse 2\n",
                   "ops 1\nwith source=brk moods=dirty\n");
}

static bool wants_hundred(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const bool counts = strchr(ac_op_info((enum ac_op_kind)op->kind)->operands, 'N') != NULL;
        if (value_of(op->b) * (counts ? value_of(op->a) : 1) >= 100) {
            return true;
        }
    }
    return false;
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

/* A block that one thread lends and another frees, whether or not one of them is the main one. */
static bool is_handed_over(const struct ac_program *program, bool any) {
    const struct ac_op *lends = first_of(program, AC_OP_MALLOC);
    for (size_t i = 0; lends != NULL && i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op > lends && op->kind == AC_OP_FREE && op->slot == lends->slot &&
            op->thread != lends->thread && (any || (op->thread != 0 && lends->thread != 0))) {
            return true;
        }
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

/* Two threads are enough, where the ops of the third go to both of them. */
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

static bool ends_after_lending(const struct ac_program *program) {
    const struct ac_op *lends = first_of(program, AC_OP_MALLOC);
    for (size_t i = 0; lends != NULL && i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op > lends && op->kind == AC_OP_EXIT && op->slot == lends->thread) {
            return true;
        }
    }
    return false;
}

static void an_exit_stays_where_it_matters(void **state) {
    (void)state;
    assert_shrinks(ends_after_lending,
                   "ops 1\non 3: p0 = malloc 8\non 2: trim\nexit 2\nrepeat 3: exit 3\nexit 3\n",
                   "ops 1\non 1: p0 = malloc 0\nexit 1\n");
}

/* Two lives of threads, be it of one that begins anew, or of two. */
static bool wants_two_lives(const struct ac_program *program) {
    unsigned lives[AC_MAX_THREADS] = {0};
    int first = -1;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const int life = (int)(lives[op->thread] * AC_MAX_THREADS + op->thread);
        lives[op->kind == AC_OP_EXIT ? op->slot : 0]++;
        if (op->kind == AC_OP_MALLOC && op->thread != 0) {
            if (first >= 0 && life != first) {
                return true;
            }
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
    const struct ac_op *lends = first_of(program, AC_OP_MALLOC);
    for (const struct ac_op *op = program->ops; lends != NULL && op < lends; op++) {
        if (op->kind == AC_OP_REFUSE && value_of(op->a) == 2) {
            return lends->thread != 0;
        }
    }
    return false;
}

static void failures_stay_where_they_matter(void **state) {
    (void)state;
    static const char text[] = "ops 1\nwith moods=fixed,keep threads=3\nrefuse 1\nrefuse 2\non 2: "
                               "p0 = malloc 8\nrefuse 3\nfork\non 1: free p0\n";
    assert_shrinks(wants_refusal_elsewhere, text, "ops 1\nrefuse 2\non 1: p0 = malloc 0\n");
    assert_shrinks(wants_two_threads, text, "ops 1\np0 = malloc 0\non 1: free p0\n");
}

/* --- operands --- */

static uint64_t size_of_first(const struct ac_program *program) {
    return program->count > 0 ? value_of(program->ops[0].b) : 0;
}

static bool wants_odd_size(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size >= 1000 && size % 16 == 8;
}

static void sizes_are_lowered_by_bisection(void **state) {
    (void)state;
    assert_shrinks(wants_odd_size, "ops 1\np0 = malloc 1048584\n", "ops 1\np0 = malloc 1000\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = malloc 3*page-16\n", "ops 1\np0 = malloc 100\n");
    assert_shrinks(wants_hundred, "ops 1\np0 = malloc left-8\n", "ops 1\np0 = malloc 100\n");
}

/* Needs a block that its last word is used of: a check in its place, or a larger one. */
static bool wants_check_or_size(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_MALLOC);
    return op != NULL && (first_of(program, AC_OP_FILL) != NULL || value_of(op->b) >= 24);
}

static void an_op_is_traded_for_a_larger_size(void **state) {
    (void)state;
    assert_shrinks(wants_check_or_size, "ops 1\np0 = malloc 20\nfill p0\np1 = calloc 3 8\n",
                   "ops 1\np0 = malloc 24\n");
    assert_shrinks(wants_check_or_size, "ops 1\np0 = malloc 20\nfill p0\n",
                   "ops 1\np0 = malloc 0\nfill p0\n");
}

/* Out of memory, in one way or the other. */
static bool wants_refusal(const struct ac_program *program) {
    const struct ac_op *op = first_of(program, AC_OP_MALLOC);
    return op != NULL &&
           (first_of(program, AC_OP_REFUSE) != NULL || value_of(op->b) > program->head.limit - 100);
}

static void a_refused_page_is_said_as_that(void **state) {
    (void)state;
    assert_shrinks(wants_refusal, "ops 1\np0 = malloc left-16\n",
                   "ops 1\nrefuse 0\np0 = malloc 0\n");
    assert_shrinks(wants_refusal, "ops 1\nrefuse 3\np0 = malloc 4194300\n",
                   "ops 1\nrefuse 0\np0 = malloc 0\n");
}

static bool wants_below_page(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size >= 4000 && size < 4096;
}

static void symbols_become_numbers(void **state) {
    (void)state;
    assert_shrinks(wants_below_page, "ops 1\np0 = malloc page-16\n", "ops 1\np0 = malloc 4000\n");
}

static bool wants_huge(const struct ac_program *program) {
    return size_of_first(program) > SIZE_MAX / 2;
}

static void what_is_huge_is_told_from_an_end(void **state) {
    (void)state;
    assert_shrinks(wants_huge, "ops 1\np0 = malloc max-4000\n", "ops 1\np0 = malloc max\n");
    assert_shrinks(wants_huge, "ops 1\np0 = malloc 9223372036854775900\n",
                   "ops 1\np0 = malloc half+1\n");
}

static bool wants_border(const struct ac_program *program) {
    const uint64_t size = size_of_first(program);
    return size == 5000 || size == 1281;
}

static void borders_are_tried(void **state) {
    (void)state;
    const struct ac_borders borders = {3, {640, 1280, 2560}};
    struct asked asked = {.holds = wants_border};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\np0 = malloc 5000\n");
    options.plan.borders = &borders;
    assert_true(ac_shrink(&program, &options, &result));
    assert_text(&program, "ops 1\np0 = malloc 1281\n");
    ac_program_destroy(&program);
}

/* --- slots --- */

static bool wants_two_blocks(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 2 && calls_of(program, AC_OP_FREE) >= 1;
}

static void slots_are_numbered_in_their_order(void **state) {
    (void)state;
    assert_shrinks(wants_two_blocks, "ops 1\np90 = malloc 1\np17 = malloc 1\nfree p17\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\nfree p1\n");
    assert_shrinks(wants_two_blocks, "ops 1\nrepeat 2: p1000000 = malloc 1\nfree p1000001\n",
                   "ops 1\np0 = malloc 0\np1 = malloc 0\nfree p1\n");
}

static void slots_that_take_turns_become_one(void **state) {
    (void)state;
    assert_shrinks(wants_two_blocks, "ops 1\np4 = malloc 1\nfree p4\np5 = malloc 1\n",
                   "ops 1\np0 = malloc 0\nfree p0\np0 = malloc 0\n");
}

static bool wants_realloc(const struct ac_program *program) {
    return calls_of(program, AC_OP_MALLOC) >= 1 && calls_of(program, AC_OP_REALLOC) >= 1;
}

static void a_resized_block_keeps_its_slot(void **state) {
    (void)state;
    assert_shrinks(wants_realloc, "ops 1\np4 = malloc 1\np9 = realloc p4 7\n",
                   "ops 1\np0 = malloc 0\np0 = realloc p0 0\n");
}

/* --- as a whole --- */

/* What can be left out depends on what was left out before. */
static bool wants_partner(const struct ac_program *program) {
    bool pair = false;
    size_t odd = 0;
    for (size_t i = 0; i < program->count; i++) {
        odd += program->ops[i].b.value % 2;
        pair |= i > 0 && program->ops[i].b.value == 2 * program->ops[i - 1].b.value + 1;
    }
    return pair || odd >= 7;
}

static void assert_minimal(const struct ac_program *program, predicate *holds) {
    const struct ac_shrink_plan plan = {.last_op = SIZE_MAX};
    struct ac_shrinker *shrinker = ac_shrinker_new(program, &plan);
    const struct ac_program *candidate;
    assert_non_null(shrinker);
    while ((candidate = ac_shrinker_next(shrinker)) != NULL) {
        assert_true(ac_program_simpler(candidate, program));
        assert_false(holds(candidate));
        ac_shrinker_settle(shrinker, 1, false);
    }
    assert_true(ac_shrinker_is_minimal(shrinker));
    assert_true(ac_program_equal(ac_shrinker_best(shrinker), program));
    ac_shrinker_delete(shrinker);
}

static void no_single_step_more_can_be_taken(void **state) {
    (void)state;
    const struct ac_generate_options generate = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 64};
    unsigned shrunk = 0;
    for (int round = 0; round < random_rounds("shrink", 100); round++) {
        struct asked asked = {.holds = wants_partner};
        const struct ac_shrink_options options = options_for(&asked, 4);
        struct ac_shrunk result;
        struct ac_program program;
        ac_program_init(&program);
        assert_true(ac_generate(&program, (uint64_t)round, &generate));
        if (wants_partner(&program)) {
            assert_true(ac_shrink(&program, &options, &result));
            assert_true(result.minimal);
            assert_true(wants_partner(&program));
            assert_minimal(&program, wants_partner);
            shrunk++;
        }
        ac_program_destroy(&program);
    }
    assert_true(shrunk > 0);
}

/* Of any two programs at most one is simpler, and none than itself. */
static void simpler_is_an_order(void **state) {
    (void)state;
    const struct ac_generate_options generate = {
        .sources = AC_SOURCE_BOTH, .groups = 0xFFFF, .max_ops = 3};
    struct ac_program left, right;
    unsigned ordered = 0;
    ac_program_init(&left);
    ac_program_init(&right);
    for (uint64_t seed = 0; seed < 500; seed++) {
        assert_true(ac_generate(&left, seed, &generate));
        assert_true(ac_generate(&right, seed + 1, &generate));
        assert_false(ac_program_simpler(&left, &left));
        assert_false(ac_program_simpler(&left, &right) && ac_program_simpler(&right, &left));
        ordered += ac_program_simpler(&left, &right) || ac_program_simpler(&right, &left);
    }
    assert_true(ordered > 400);
    ac_program_destroy(&left);
    ac_program_destroy(&right);
}

static void tries_and_stop_end_it(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen, .last_ask = 4};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\ntrim\nenter\nrepeat 20: p3 = malloc 24\nleave\nfork\n");
    assert_true(ac_shrink(&program, &options, &result));
    assert_int_equal(result.tries, 4);
    assert_false(result.minimal);
    assert_true(wants_thirteen(&program));
    asked = (struct asked){.holds = wants_thirteen};
    options.max_tries = 6;
    options.batch = 4;
    assert_true(ac_shrink(&program, &options, &result));
    assert_true(result.tries <= 6);
    assert_false(result.minimal);
    assert_true(wants_thirteen(&program));
    ac_program_destroy(&program);
}

static void what_is_behind_the_finding_goes_at_once(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen, .last_ask = 1};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\nrepeat 20: p3 = malloc 24\ntrim\nleave\nfork\n");
    options.plan.last_op = 0;
    assert_true(ac_shrink(&program, &options, &result));
    assert_int_equal(program.count, 1);
    ac_program_destroy(&program);
}

static void chosen_passes_alone_are_made(void **state) {
    (void)state;
    struct asked asked = {.holds = wants_thirteen};
    struct ac_shrink_options options = options_for(&asked, 1);
    struct ac_shrunk result;
    struct ac_program program;
    parse(&program, "ops 1\nwith seed=4\ntrim\nrepeat 20: p3 = malloc 24\n");
    options.plan.passes = AC_SHRINK_OPS | AC_SHRINK_REPEATS;
    assert_true(ac_shrink(&program, &options, &result));
    assert_text(&program, "ops 1\nwith seed=4\nrepeat 13: p3 = malloc 24\n");
    ac_program_destroy(&program);
}

static void sizes_of_programs_are_counted(void **state) {
    (void)state;
    struct ac_program program;
    parse(&program, "ops 1\nwith limit=64K seed=3\nrepeat 3: p0 = calloc 2 8\nfree p0\non 1: free "
                    "p1\ntrim\nexit 2\n");
    const struct ac_program_size size = ac_program_measure(&program);
    assert_int_equal(size.ops, 5);
    assert_int_equal(size.calls, 7);
    assert_int_equal(size.operands, 7);
    assert_int_equal(size.threads, 3);
    ac_program_destroy(&program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_nothing_ends_empty),
        cmocka_unit_test(only_what_is_needed_stays_in_its_order),
        cmocka_unit_test(two_ops_are_left_out_together),
        cmocka_unit_test(all_ops_of_a_slot_are_left_out),
        cmocka_unit_test(repeats_are_lowered),
        cmocka_unit_test(equal_neighbours_become_one),
        cmocka_unit_test(fewer_ops_repeat_more_often),
        cmocka_unit_test(the_first_repeats_are_left_out),
        cmocka_unit_test(twice_becomes_two_ops),
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
        cmocka_unit_test(sizes_are_lowered_by_bisection),
        cmocka_unit_test(an_op_is_traded_for_a_larger_size),
        cmocka_unit_test(a_refused_page_is_said_as_that),
        cmocka_unit_test(symbols_become_numbers),
        cmocka_unit_test(what_is_huge_is_told_from_an_end),
        cmocka_unit_test(borders_are_tried),
        cmocka_unit_test(slots_are_numbered_in_their_order),
        cmocka_unit_test(slots_that_take_turns_become_one),
        cmocka_unit_test(a_resized_block_keeps_its_slot),
        cmocka_unit_test(no_single_step_more_can_be_taken),
        cmocka_unit_test(simpler_is_an_order),
        cmocka_unit_test(tries_and_stop_end_it),
        cmocka_unit_test(what_is_behind_the_finding_goes_at_once),
        cmocka_unit_test(chosen_passes_alone_are_made),
        cmocka_unit_test(sizes_of_programs_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
