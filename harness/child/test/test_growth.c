// SPDX-License-Identifier: MIT
// no-growth without a page source: a leak is found, and free memory that is kept for a while is
// none.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "program/poison.h"
#include "test/toy.h"

enum {
    PAGE = 4096,
    LITTLE = 16,           /* bytes that a malloc keeps, or loses */
    MUCH = 64 << 10,       /* likewise */
    DECAY_MS = 600,        /* after which kept memory is given back; */
    NEVER_MS = 1 << 30,    /* not while a test runs */
    ZONE = 1 << 30,        /* reserved for what is kept, and for what is lost */
    BOUND = 128 << 20,     /* memory limit */
    SMALL_ARENA = 4 << 20, /* used up soon */
};

/* What each malloc does besides: it dirties memory, which is kept until it decays or for good. */
struct waste {
    size_t kept, lost; /* bytes of a malloc */
    uint64_t decay_ms; /* of what is kept */
    size_t arena;      /* bytes that can be lost before requests are refused */
};

static struct waste waste;

/* --- allocators with waste --- */

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Memory that is dirtied from its start, and cleaned likewise. */
struct zone {
    char *start;
    size_t dirty, clean; /* bytes from the start */
};

static void dirty(struct zone *zone, size_t bytes) {
    if (zone->start == NULL)
        zone->start = mmap(NULL, ZONE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (size_t end = zone->dirty + bytes; zone->dirty < end && zone->dirty < ZONE;
         zone->dirty += LITTLE)
        zone->start[zone->dirty] = 1;
}

/* Gives back pages that became dirty longer ago than the decay. */
static void purge(struct zone *zone) {
    static uint64_t since_ms[ZONE / PAGE];
    const uint64_t now = now_ms();
    since_ms[(zone->dirty - 1) / PAGE] = now;
    while (zone->clean + PAGE < zone->dirty &&
           now - since_ms[zone->clean / PAGE] > waste.decay_ms) {
        madvise(zone->start + zone->clean, PAGE, MADV_DONTNEED);
        zone->clean += PAGE;
    }
}

static void *wasteful_malloc(void *heap, size_t size) {
    static struct zone kept, lost;
    if (waste.kept > 0) {
        dirty(&kept, waste.kept);
        purge(&kept);
    }
    if (lost.dirty + waste.lost > waste.arena)
        return NULL;
    if (waste.lost > 0)
        dirty(&lost, waste.lost);
    return toy_malloc(heap, size);
}

/* --- runs --- */

static struct ac_profile profile_with_decay(size_t decay_ms) {
    struct ac_profile profile = toy_profile;
    profile.decay_ms = decay_ms;
    profile.may_refuse_freed_size = true;
    return profile;
}

/* How a program runs; it allocates a block and frees it. */
struct how {
    bool waits;      /* for the decay */
    uint64_t memory; /* limit; 0: the default */
    uint32_t ms;     /* program_ms */
    uint8_t thread;  /* that frees the block */
};

static struct ac_report replay(const struct ac_allocator *allocator, struct how how) {
    struct ac_report report;
    struct ac_program program;
    struct ac_op malloc_op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(48)};
    struct ac_op free_op = {.kind = AC_OP_FREE, .repeat = 1, .thread = how.thread};
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .waits_for_decay = how.waits,
                                             .memory = how.memory,
                                             .program_ms = how.ms};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &malloc_op) && ac_program_append(&program, &free_op));
    assert_int_equal(ac_child_replay(child, &program, &report), AC_CHILD_RAN);
    ac_program_destroy(&program);
    ac_child_delete(child);
    return report;
}

static struct ac_report replay_wasteful(struct waste wanted, struct how how) {
    const struct ac_profile profile = profile_with_decay(DECAY_MS);
    const struct ac_allocator wasteful = TOY("wasteful", &profile, wasteful_malloc, toy_free);
    waste = wanted;
    waste.arena = wanted.arena > 0 ? wanted.arena : ZONE;
    return replay(&wasteful, how);
}

static void assert_growth(const struct ac_report *report) {
    assert_true(report->found);
    assert_int_equal(report->finding.oracle, AC_ORACLE_NO_GROWTH);
    assert_int_equal(report->counts.over_memory, 0);
}

static void assert_checked_clean(const struct ac_report *report) {
    assert_false(report->found);
    assert_true(report->checked[AC_ORACLE_NO_GROWTH] > 0);
    assert_int_equal(report->counts.growth_unchecked, 0);
}

/* --- tests --- */

/* It rises steadily until the first of it is given back: what the quick check finds is not always a
 * leak. */
static void what_is_kept_for_a_while_is_no_leak(void **state) {
    (void)state;
    const struct waste for_a_while = {.kept = LITTLE, .decay_ms = DECAY_MS};
    const struct waste for_ever = {.kept = LITTLE, .decay_ms = NEVER_MS};
    struct ac_report report = replay_wasteful(for_ever, (struct how){.waits = false});
    assert_growth(&report);
    report = replay_wasteful(for_ever, (struct how){.waits = true});
    assert_growth(&report);
    report = replay_wasteful(for_a_while, (struct how){.waits = true});
    assert_checked_clean(&report);
}

/* The rounds of a loop exceed the memory limit, and the leak is still found. */
static void a_large_leak_is_found_below_the_memory_limit(void **state) {
    (void)state;
    for (int waits = 0; waits <= 1; waits++) {
        const struct ac_report report = replay_wasteful(
            (struct waste){.lost = 4 * MUCH}, (struct how){.waits = waits, .memory = BOUND});
        assert_growth(&report);
    }
}

/* Memory stops rising when none is left. */
static void a_leak_that_uses_up_an_arena_is_found(void **state) {
    (void)state;
    const struct ac_report report = replay_wasteful(
        (struct waste){.lost = LITTLE, .arena = SMALL_ARENA}, (struct how){.waits = true});
    assert_growth(&report);
}

/* Neither a leak nor clean: it is counted. On a busy machine the whole program may be late. */
static void a_decay_that_is_longer_than_the_time_is_not_judged(void **state) {
    (void)state;
    const struct ac_report report = replay_wasteful((struct waste){.lost = LITTLE},
                                                    (struct how){.waits = true, .ms = DECAY_MS});
    assert_false(report.found);
    assert_int_equal(report.counts.growth_unchecked + report.counts.over_time, 1);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH], 0);
}

/* A program with few thread switches gets as many rounds as one without. */
static void a_small_leak_is_found_with_threads(void **state) {
    (void)state;
    const struct ac_allocator loser = TOY("loser", &toy_profile, wasteful_malloc, toy_free);
    waste = (struct waste){.lost = 4 * LITTLE, .arena = ZONE};
    struct ac_report report = replay(&loser, (struct how){.thread = 1});
    assert_int_equal(report.found, !AC_RACES_REPORTED);
    assert_true(!report.found || report.finding.oracle == AC_ORACLE_NO_GROWTH);
    report = replay(&ac_libc, (struct how){.thread = 1});
    assert_false(report.found);
    assert_int_equal(report.checked[AC_ORACLE_NO_GROWTH] > 0, !AC_RACES_REPORTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_for_a_while_is_no_leak),
        cmocka_unit_test(a_large_leak_is_found_below_the_memory_limit),
        cmocka_unit_test(a_leak_that_uses_up_an_arena_is_found),
        cmocka_unit_test(a_decay_that_is_longer_than_the_time_is_not_judged),
        cmocka_unit_test(a_small_leak_is_found_with_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
