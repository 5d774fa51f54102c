// SPDX-License-Identifier: MIT
// The generator: deterministic, valid programs that use every op, symbol and setting.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "test/random_program.h"
#include "test/valid.h"

static struct ac_program first, second;
static const struct ac_generate_options everything = {
    .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BOTH | AC_SOURCE_BUFFER,
    .groups = (1u << AC_GROUPS) - 1,
    .max_ops = 64,
};

static void a_seed_determines_the_program(void **state) {
    (void)state;
    unsigned different = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        assert_true(ac_generate(&first, seed, &everything));
        assert_true(ac_generate(&second, seed, &everything));
        assert_true(ac_program_equal(&first, &second));
        assert_true(ac_generate(&second, seed + 1, &everything));
        different += !ac_program_equal(&first, &second);
    }
    assert_in_range(different, 990, 1000);
}

static void programs_are_valid_and_bounded(void **state) {
    (void)state;
    const uint32_t bounds[] = {1, 3, 12, 64, 300};
    for (int i = random_rounds("programs", 50000); i > 0; i--) {
        struct ac_generate_options options = everything;
        options.max_ops = bounds[i % 5];
        assert_true(ac_generate(&first, (uint64_t)i, &options));
        assert_in_range(first.count, 1, options.max_ops);
        assert_true(program_valid(&first));
        assert_int_not_equal(ac_encode(&first, NULL, 0, NULL), 0);
    }
}

static void only_allowed_settings_are_generated(void **state) {
    (void)state;
    const struct ac_generate_options options = {
        .sources = AC_SOURCE_BRK,
        .groups = 1u << AC_GROUP_BASIC | 1u << AC_GROUP_REALLOC,
        .max_ops = 40,
        .max_limit = 1 << 20,
    };
    for (uint64_t seed = 0; seed < 2000; seed++) {
        assert_true(ac_generate(&first, seed, &options));
        assert_int_equal(first.head.source, AC_SOURCE_BRK);
        assert_int_equal(first.head.threads, 1);
        assert_in_range(first.head.limit, 64 << 10, 1 << 20);
        for (size_t i = 0; i < first.count; i++) {
            unsigned group = ac_op_info((enum ac_op_kind)first.ops[i].kind)->group;
            assert_true((options.groups >> group & 1) == 1);
            assert_int_equal(first.ops[i].thread, 0);
        }
    }
}

static void assert_all_in_range(const unsigned *counts, size_t from, size_t to, unsigned least,
                                unsigned most) {
    for (size_t i = from; i < to; i++)
        assert_in_range(counts[i], least, most);
}

static void every_op_symbol_and_setting_is_generated(void **state) {
    (void)state;
    unsigned kinds[AC_OP_KINDS] = {0}, symbols[AC_SYMBOLS] = {0}, mixes[AC_SIZE_MIXES] = {0};
    unsigned groups[AC_GROUPS] = {0}, quirks[AC_QUIRKS] = {0}, sources = 0, repeats = 0;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        assert_true(ac_generate(&first, seed, &everything));
        sources |= first.head.source;
        mixes[first.head.sizes]++;
        for (unsigned bit = 0; bit < AC_GROUPS; bit++)
            groups[bit] += first.head.groups >> bit & 1;
        for (unsigned bit = 0; bit < AC_QUIRKS; bit++)
            quirks[bit] += (unsigned)first.head.quirks >> bit & 1;
        for (size_t i = 0; i < first.count; i++) {
            kinds[first.ops[i].kind]++;
            symbols[first.ops[i].b.symbol]++;
            repeats += first.ops[i].repeat > 1;
        }
    }
    assert_all_in_range(kinds, 0, AC_OP_KINDS, 10, UINT32_MAX);
    assert_all_in_range(symbols, 0, AC_SYMBOLS, 100, UINT32_MAX);
    assert_all_in_range(mixes, 0, AC_SIZE_MIXES, 200, 4000);
    assert_all_in_range(groups, 1, AC_GROUPS, 400, 3600);
    assert_all_in_range(quirks, 0, AC_QUIRKS, 100, 2000);
    assert_int_equal(sources, everything.sources);
    assert_in_range(repeats, 500, UINT32_MAX);
}

/* --- patterns that need space --- */

/* True if a program allocates 64 or more blocks at once and frees them all by a kind. */
static bool fills_and_frees(const struct ac_program *program, enum ac_op_kind kind) {
    for (size_t i = 1; i < program->count; i++)
        if (program->ops[i].kind == kind && program->ops[i].repeat >= 64 &&
            ac_op_info((enum ac_op_kind)program->ops[i - 1].kind)->operands[0] == 'D' &&
            program->ops[i - 1].repeat == program->ops[i].repeat)
            return true;
    return false;
}

static unsigned count_exits(const struct ac_program *program) {
    unsigned exits = 0;
    for (size_t i = 0; i < program->count; i++)
        exits += program->ops[i].kind == AC_OP_EXIT;
    return exits;
}

static void caches_overflow_and_threads_start(void **state) {
    (void)state;
    static const uint8_t forms[] = {AC_OP_FREE, AC_OP_FREE_SIZED, AC_OP_FREE_ALIGNED_SIZED,
                                    AC_OP_REALLOC, AC_OP_FREE_AT_EXIT};
    unsigned filled[sizeof forms] = {0}, many_starts = 0;
    struct ac_generate_options options = everything;
    options.max_ops = 192;
    for (uint64_t seed = 0; seed < 8000; seed++) {
        assert_true(ac_generate(&first, seed, &options));
        for (size_t form = 0; form < sizeof forms; form++)
            filled[form] += fills_and_frees(&first, (enum ac_op_kind)forms[form]);
        many_starts += count_exits(&first) >= 64;
    }
    assert_all_in_range(filled, 0, sizeof forms, 3, 2000);
    assert_in_range(many_starts, 2, 200);
}

/* --- threads --- */

enum { NO_BLOCK = AC_MAX_THREADS };

/* Counts over many programs of which threads allocate, free and exit. */
static struct {
    uint8_t allocating_thread[AC_SLOTS_IN_BYTES];
    unsigned programs, eight, ops, elsewhere, stays, frees, foreign_frees, orphaned, pending;
    unsigned with_fork;
} threads;

static void note_exit(const struct ac_op *op) {
    bool orphans = false;
    for (size_t slot = 0; slot < AC_SLOTS_IN_BYTES; slot++)
        orphans = orphans || threads.allocating_thread[slot] == op->slot;
    threads.orphaned += orphans;
}

static void note_op(const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    threads.pending += op->kind == AC_OP_FREE_AT_EXIT;
    if (op->kind == AC_OP_EXIT)
        note_exit(op);
    for (uint32_t round = 0; round < op->repeat && strpbrk(letters, "DP") != NULL; round++) {
        uint8_t *allocating_thread =
            &threads.allocating_thread[(op->slot + round) % AC_SLOTS_IN_BYTES];
        if (letters[0] == 'D' && ac_op_info((enum ac_op_kind)op->kind)->group != AC_GROUP_FRAMES) {
            *allocating_thread = op->thread;
        } else if (op->kind == AC_OP_FREE && *allocating_thread != NO_BLOCK) {
            threads.frees += round == 0;
            threads.foreign_frees += round == 0 && *allocating_thread != op->thread;
            *allocating_thread = NO_BLOCK;
        }
    }
}

static void note_threads(const struct ac_program *program) {
    bool forks = false;
    memset(threads.allocating_thread, NO_BLOCK, sizeof threads.allocating_thread);
    threads.programs++;
    threads.eight += program->head.threads == AC_MAX_THREADS;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        assert_in_range(op->thread, 0, program->head.threads - 1);
        threads.ops++;
        threads.elsewhere += op->thread != 0;
        threads.stays += i > 0 && op->thread == program->ops[i - 1].thread;
        forks = forks || op->kind == AC_OP_FORK;
        note_op(op);
    }
    threads.with_fork += forks;
}

/* Percentages. */
static void threads_exchange_blocks(void **state) {
    (void)state;
    unsigned single = 0;
    memset(&threads, 0, sizeof threads);
    for (uint64_t seed = 0; seed < 8000; seed++) {
        assert_true(ac_generate(&first, seed, &everything));
        if (first.head.threads > 1) {
            note_threads(&first);
            continue;
        }
        single++;
        for (size_t i = 0; i < first.count; i++)
            assert_int_equal(first.ops[i].thread, 0);
    }
    assert_in_range(single * 100 / 8000, 70, 80);
    assert_in_range(threads.eight * 100 / threads.programs, 3, 12);
    assert_in_range(threads.elsewhere * 100 / threads.ops, 40, 80);
    assert_in_range(threads.stays * 100 / threads.ops, 50, 85);
    assert_in_range(threads.foreign_frees * 100 / threads.frees, 30, 70);
    assert_in_range(threads.orphaned * 100 / threads.programs, 15, 100);
    assert_in_range(threads.pending * 100 / threads.programs, 5, 100);
    /* Forks are expensive. */
    assert_in_range(threads.with_fork * 100 / threads.programs, 2, 12);
}

static bool is_near(uint64_t value, const struct ac_boundaries *boundaries) {
    for (size_t i = 0; i < boundaries->count; i++)
        if (value - boundaries->at[i] + 1 <= 2)
            return true;
    return false;
}

static void boundaries_are_used(void **state) {
    (void)state;
    const struct ac_boundaries boundaries = {.count = 2, .at = {100003, 200007}};
    struct ac_head head = ac_default_head();
    struct ac_random random = {7};
    unsigned near = 0, without = 0;
    head.sizes = AC_SIZES_CLASS;
    for (int i = 0; i < 1000; i++) {
        near += is_near(ac_generate_size(&head, &random, &boundaries).value, &boundaries);
        without += is_near(ac_generate_size(&head, &random, NULL).value, &boundaries);
    }
    assert_in_range(near, 300, 600);
    assert_int_equal(without, 0);
}

static void alignments_are_mostly_powers_of_two(void **state) {
    (void)state;
    struct ac_random random = {8};
    unsigned powers = 0;
    for (int i = 0; i < 3200; i++) {
        uint64_t value = ac_generate_alignment(&random).value;
        powers += value != 0 && (value & (value - 1)) == 0;
    }
    assert_in_range(powers, 3000, 3190);
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&first);
    ac_program_destroy(&second);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_determines_the_program),
        cmocka_unit_test(programs_are_valid_and_bounded),
        cmocka_unit_test(only_allowed_settings_are_generated),
        cmocka_unit_test(every_op_symbol_and_setting_is_generated),
        cmocka_unit_test(caches_overflow_and_threads_start),
        cmocka_unit_test(threads_exchange_blocks),
        cmocka_unit_test(boundaries_are_used),
        cmocka_unit_test(alignments_are_mostly_powers_of_two),
    };
    ac_program_init(&first);
    ac_program_init(&second);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
