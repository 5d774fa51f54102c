// SPDX-License-Identifier: MIT
// Every mutation does what its name says, and its result is valid.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/mutate.h"
#include "generate/mutation.h"
#include "test/random_program.h"
#include "test/valid.h"

static struct ac_program before, after, other, third;
static const struct ac_generate_options everything = {
    .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BUFFER,
    .groups = (1u << AC_GROUPS) - 1,
    .max_ops = 40,
};

/* The differences of two ops, or of two lists of the same length. Bits. */
enum difference {
    KIND = 1,
    THREAD = 2,
    REPEAT = 4,
    SLOT = 8,
    FROM = 16,
    FIRST = 32,
    SECOND = 64,
};

static unsigned op_difference(const struct ac_op *left, const struct ac_op *right) {
    return (left->kind != right->kind ? KIND : 0u) | (left->thread != right->thread ? THREAD : 0u) |
           (left->repeat != right->repeat ? REPEAT : 0u) | (left->slot != right->slot ? SLOT : 0u) |
           (left->from != right->from ? FROM : 0u) |
           (ac_operand_equal(left->a, right->a) ? 0u : FIRST) |
           (ac_operand_equal(left->b, right->b) ? 0u : SECOND);
}

/* The only op that differs; NULL: none or several, or the heads or lengths differ. */
static const struct ac_op *only_changed(unsigned *difference) {
    const struct ac_op *changed = NULL;
    if (before.count != after.count || !ac_head_equal(&before.head, &after.head))
        return NULL;
    for (size_t i = 0; i < before.count; i++) {
        unsigned found = op_difference(&before.ops[i], &after.ops[i]);
        if (found != 0 && changed != NULL)
            return NULL;
        if (found != 0) {
            *difference = found;
            changed = &before.ops[i];
        }
    }
    return changed;
}

static bool only(unsigned allowed, const char *letters) {
    unsigned difference = 0;
    const struct ac_op *op = only_changed(&difference);
    return op != NULL && (difference & ~allowed) == 0 &&
           (letters == NULL ||
            strpbrk(ac_op_info((enum ac_op_kind)op->kind)->operands, letters) != NULL);
}

/* The start of `count` ops in `longer` that `shorter` lacks; SIZE_MAX: no such ops. */
static size_t find_extra(const struct ac_program *longer, const struct ac_program *shorter) {
    size_t extra = longer->count - shorter->count;
    for (size_t at = 0; at <= shorter->count; at++) {
        assert_true(ac_program_copy(&other, longer));
        ac_program_remove(&other, at, extra);
        if (ac_program_equal(&other, shorter))
            return at;
    }
    return SIZE_MAX;
}

static bool inserted(void) {
    return after.count == before.count + 1 && find_extra(&after, &before) != SIZE_MAX;
}

static bool deleted(void) {
    return after.count < before.count && after.count + 4 >= before.count && after.count >= 1 &&
           find_extra(&before, &after) != SIZE_MAX;
}

static bool occurs(const struct ac_op *ops, size_t count) {
    for (size_t at = 0; at + count <= before.count; at++) {
        size_t same = 0;
        while (same < count && ac_op_equal(&ops[same], &before.ops[at + same]))
            same++;
        if (same == count)
            return true;
    }
    return false;
}

static bool doubled(void) {
    size_t extra = after.count - before.count;
    for (size_t at = 0; extra >= 1 && extra <= 4 && at <= before.count; at++) {
        assert_true(ac_program_copy(&other, &after));
        ac_program_remove(&other, at, extra);
        if (ac_program_equal(&other, &before) && occurs(&after.ops[at], extra))
            return true;
    }
    return false;
}

static bool spliced(void) {
    size_t extra = after.count - before.count;
    return extra >= 1 && extra <= 8 && find_extra(&after, &before) != SIZE_MAX;
}

static bool swapped(void) {
    size_t changed[2], count = 0;
    for (size_t i = 0; i < before.count; i++) {
        if (!ac_op_equal(&before.ops[i], &after.ops[i])) {
            if (count == 2)
                return false;
            changed[count++] = i;
        }
    }
    return count == 2 && ac_op_equal(&before.ops[changed[0]], &after.ops[changed[1]]) &&
           ac_op_equal(&before.ops[changed[1]], &after.ops[changed[0]]);
}

static bool retargeted(void) {
    return only(SLOT | FROM, "DP");
}

static bool nudged(void) {
    return only(FIRST, "NK") || only(SECOND, "S");
}

static bool aligned(void) {
    return only(FIRST, "A");
}

static bool multiplied(void) {
    return only(FIRST | SECOND, "N");
}

static bool repeated(void) {
    return only(REPEAT, "DP");
}

static bool moved_to_thread(void) {
    unsigned difference = 0;
    for (size_t i = 0; i < before.count; i++) {
        unsigned found = op_difference(&before.ops[i], &after.ops[i]);
        if (found != 0 && after.ops[i].thread >= after.head.threads)
            return false;
        difference |= found;
    }
    return difference == THREAD && ac_head_equal(&before.head, &after.head);
}

/* Exactly the ops of one thread moved to another existing thread. */
static bool merged(void) {
    int from = -1, to = -1;
    for (size_t i = 0; i < before.count; i++) {
        const struct ac_op *old = &before.ops[i], *new = &after.ops[i];
        if (old->thread != new->thread && from < 0) {
            from = old->thread;
            to = new->thread;
        }
    }
    for (size_t i = 0; i < before.count; i++) {
        const struct ac_op *old = &before.ops[i], *new = &after.ops[i];
        if (new->thread != (old->thread == from ? to : old->thread) ||
            (op_difference(old, new) & ~(unsigned)THREAD) != 0)
            return false;
    }
    return from >= 0 && to < after.head.threads && ac_head_equal(&before.head, &after.head);
}

/* A single-threaded program moved to several threads, and nothing else changed. */
static bool spread(void) {
    const unsigned group = 1u << AC_GROUP_THREADS;
    bool within = before.head.threads == 1 && after.head.threads >= 2 && after.head.threads <= 4 &&
                  after.head.groups == (before.head.groups | group) && before.count == after.count;
    for (size_t i = 0; i < before.count && within; i++) {
        within = after.ops[i].thread < after.head.threads &&
                 (op_difference(&before.ops[i], &after.ops[i]) & ~(unsigned)THREAD) == 0;
    }
    after.head.threads = before.head.threads;
    after.head.groups = before.head.groups;
    return within && ac_head_equal(&before.head, &after.head);
}

static bool exited(void) {
    const size_t at = inserted() ? find_extra(&after, &before) : SIZE_MAX;
    return at != SIZE_MAX && after.ops[at].kind == AC_OP_EXIT && after.ops[at].slot >= 1 &&
           after.ops[at].slot < after.head.threads;
}

static bool renamed(void) {
    return only(KIND, NULL);
}

static bool reheaded(void) {
    const struct ac_head *old = &before.head, *new = &after.head;
    bool groups = old->groups != new->groups || old->threads != new->threads;
    int changed = (old->source != new->source) + (old->quirks != new->quirks) +
                  (old->sizes != new->sizes) + (old->frames != new->frames) +
                  (old->limit != new->limit) + (old->seed != new->seed) + groups;
    after.head = before.head;
    return changed == 1 && ac_program_equal(&before, &after);
}

/* In table order. */
static const struct {
    const char *name;
    bool (*did)(void);
} expected[] = {
    {"insert", inserted}, {"delete", deleted},         {"double", doubled},
    {"splice", spliced},  {"swap", swapped},           {"retarget", retargeted},
    {"nudge", nudged},    {"align", aligned},          {"product", multiplied},
    {"repeat", repeated}, {"thread", moved_to_thread}, {"merge", merged},
    {"exit", exited},     {"spread", spread},          {"kind", renamed},
    {"head", reheaded},
};
enum { EXPECTED = sizeof expected / sizeof expected[0], TRIES = 2000 };

static void draw_before(uint64_t seed) {
    assert_true(ac_generate(&before, seed, &everything));
    assert_true(ac_program_copy(&after, &before));
}

static enum ac_mutated apply(size_t index, uint64_t seed,
                             const struct ac_generate_options *options) {
    struct mutation mutation = {&after, options, {seed}, 64};
    return ac_mutations[index].apply(&mutation);
}

static void every_mutation_does_what_it_says(void **state) {
    (void)state;
    assert_int_equal(AC_MUTATIONS, EXPECTED);
    for (size_t mutation = 0; mutation < EXPECTED; mutation++) {
        unsigned changes = 0;
        assert_string_equal(ac_mutations[mutation].name, expected[mutation].name);
        for (uint64_t seed = 0; seed < TRIES; seed++) {
            draw_before(seed);
            enum ac_mutated done = apply(mutation, seed, &everything);
            assert_int_not_equal(done, AC_MUTATE_NO_MEMORY);
            assert_true(program_valid(&after));
            if (ac_program_equal(&before, &after))
                continue;
            changes++;
            if (done != AC_MUTATED || !expected[mutation].did())
                fail_msg("%s, seed %u", expected[mutation].name, (unsigned)seed);
        }
        if (changes < TRIES / 10)
            fail_msg("%s changed %u of %d programs", expected[mutation].name, changes, TRIES);
    }
}

static void threads_need_their_group(void **state) {
    (void)state;
    struct ac_generate_options single = everything;
    single.groups = (uint16_t)(single.groups & ~(1u << AC_GROUP_THREADS));
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        assert_true(ac_generate(&after, seed, &single));
        for (size_t mutation = 0; mutation < EXPECTED; mutation++)
            apply(mutation, seed, &single);
        assert_int_equal(after.head.threads, 1);
        for (size_t i = 0; i < after.count; i++)
            assert_int_equal(after.ops[i].thread, 0);
    }
}

static void mutations_stay_within_bounds(void **state) {
    (void)state;
    const size_t bounds[] = {1, 2, 5, 20};
    struct ac_random random = {5};
    for (int i = random_rounds("mutations", 100000); i > 0; i--) {
        size_t most = bounds[i % 4];
        random_program(&after, &random, AC_SLOTS);
        assert_true(ac_mutate(&after, (uint64_t)i, &everything, most));
        assert_in_range(after.count, 0, most);
        assert_true(program_valid(&after));
    }
}

static void a_seed_determines_the_mutation(void **state) {
    (void)state;
    unsigned changed = 0;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        draw_before(seed);
        assert_true(ac_program_copy(&third, &before));
        assert_true(ac_mutate(&after, seed, &everything, 64));
        assert_true(ac_mutate(&third, seed, &everything, 64));
        assert_true(ac_program_equal(&after, &third));
        changed += !ac_program_equal(&before, &after);
    }
    assert_in_range(changed, TRIES * 9 / 10, TRIES);
}

static void an_empty_program_grows(void **state) {
    (void)state;
    ac_program_clear(&after);
    for (uint64_t seed = 0; seed < 50; seed++)
        assert_true(ac_mutate(&after, seed, &everything, 8));
    assert_in_range(after.count, 1, 8);
}

/* Each op of the result comes from one of the two programs. */
static bool descends(const struct ac_op *op) {
    for (size_t i = 0; i < before.count; i++)
        if (ac_op_equal(op, &before.ops[i]))
            return true;
    for (size_t i = 0; i < after.count; i++)
        if (ac_op_equal(op, &after.ops[i]))
            return true;
    return false;
}

static void crossover_uses_both_programs(void **state) {
    (void)state;
    unsigned mixed = 0;
    for (uint64_t seed = 0; seed < TRIES; seed++) {
        assert_true(ac_generate(&before, 2 * seed, &everything));
        assert_true(ac_generate(&after, 2 * seed + 1, &everything));
        assert_true(ac_crossover(&other, &before, &after, seed, 30));
        assert_true(ac_crossover(&third, &before, &after, seed, 30));
        assert_true(ac_program_equal(&other, &third));
        assert_in_range(other.count, 0, 30);
        assert_true(program_valid(&other));
        assert_true(ac_head_equal(&other.head, &before.head) ||
                    ac_head_equal(&other.head, &after.head));
        for (size_t i = 0; i < other.count; i++)
            assert_true(descends(&other.ops[i]));
        mixed += !ac_program_equal(&other, &before) && !ac_program_equal(&other, &after);
    }
    assert_in_range(mixed, TRIES * 9 / 10, TRIES);
}

static void encoding_fits_the_capacity(void **state) {
    (void)state;
    uint8_t bytes[256];
    struct ac_random random = {6};
    for (int i = 0; i < 5000; i++) {
        size_t capacity = (size_t)ac_random_below(&random, sizeof bytes);
        random_program(&before, &random, AC_SLOTS);
        assert_true(ac_program_copy(&after, &before));
        size_t size = ac_encode_fitting(&after, bytes, capacity);
        assert_true(after.count <= before.count);
        assert_true(size != 0 || (capacity < 20 && after.count == 0));
        assert_true(size <= capacity);
        if (size != 0) {
            assert_true(ac_decode(&other, bytes, size));
            assert_true(ac_program_equal(&other, &after));
        }
    }
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&before);
    ac_program_destroy(&after);
    ac_program_destroy(&other);
    ac_program_destroy(&third);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mutation_does_what_it_says),
        cmocka_unit_test(threads_need_their_group),
        cmocka_unit_test(mutations_stay_within_bounds),
        cmocka_unit_test(a_seed_determines_the_mutation),
        cmocka_unit_test(an_empty_program_grows),
        cmocka_unit_test(crossover_uses_both_programs),
        cmocka_unit_test(encoding_fits_the_capacity),
    };
    ac_program_init(&before);
    ac_program_init(&after);
    ac_program_init(&other);
    ac_program_init(&third);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
