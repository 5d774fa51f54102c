// SPDX-License-Identifier: MIT
// The journal of a run: each call in order, what a crash leaves, and the snapshots of findings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/journal.h"
#include "planted/planted.h"
#include "test/parse.h"

/* --- an allocator over a static area, 64 bytes a block, with faults at some sizes --- */

enum {
    GIVES_TWICE = 40, /* the last block, from its 16th byte on */
    /* These write into the last block, from its 16th byte on: */
    WRITES_ZERO = 41,
    WRITES_SAME = 42,
    WRITES_POINTER = 43,
    WRITES_OTHER = 44, /* the content of the block before it */
    ABORTS = 45,
};

static struct {
    _Alignas(64) uint8_t area[1 << 14];
    size_t used;
} odd;

static uint8_t *block_at(size_t number) {
    return odd.area + number * 64;
}

static void harm(size_t size) {
    uint8_t *last = block_at(odd.used > 0 ? odd.used - 1 : 0), *link = block_at(0);
    switch (size) {
    case WRITES_ZERO:
        memset(last + 16, 0, 8);
        break;
    case WRITES_SAME:
        memset(last + 16, 0xFF, 8);
        break;
    case WRITES_POINTER:
        memcpy(last + 16, &link, sizeof link);
        break;
    case WRITES_OTHER:
        memcpy(last + 16, block_at(odd.used - 2) + 3, 8);
        break;
    case ABORTS:
        abort();
    default:
        break;
    }
}

static void *odd_malloc(void *heap, size_t size) {
    (void)heap;
    if (size > 64 || odd.used == sizeof odd.area / 64) {
        errno = ENOMEM;
        return NULL;
    }
    harm(size);
    return size == GIVES_TWICE ? block_at(odd.used - 1) + 16 : block_at(odd.used++);
}

/* Allocates the first block again, as it was. */
static void *odd_calloc(void *heap, size_t count, size_t size) {
    (void)heap;
    (void)count;
    (void)size;
    return block_at(0);
}

static void odd_free(void *heap, void *block) {
    (void)heap;
    (void)block;
}

static const struct ac_profile profile = {.name = "odd",
                                          .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
                                          .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
                                          .held_when_empty = SIZE_MAX};

static const struct ac_allocator odd_allocator = {.struct_size = sizeof odd_allocator,
                                                  .name = "odd",
                                                  .profile = &profile,
                                                  .malloc = odd_malloc,
                                                  .calloc = odd_calloc,
                                                  .free = odd_free};

/* --- a program, run with a journal --- */

struct run {
    struct ac_program program;
    struct ac_journal *journal;
    struct ac_report report;
};

static struct run run_on(const struct ac_allocator *allocator, const char *text) {
    struct run run = {.journal = calloc(1, sizeof *run.journal)};
    const struct ac_run_options options = {
        .oracles = AC_ALL_ORACLES, .journal = run.journal, .free_at_end = true};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(run.journal);
    assert_non_null(runner);
    odd.used = 0;
    parse(&run.program, text);
    ac_run(runner, &run.program, &run.report);
    ac_runner_delete(runner);
    return run;
}

static void end(struct run *run) {
    ac_program_destroy(&run->program);
    free(run->journal);
}

static const struct ac_allocator *clean_build(const char *name) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(clean_builds[i]->name, name) == 0)
            return clean_builds[i];
    fail_msg("no clean build is called %s", name);
    return NULL;
}

static void expect_event(const struct run *run, uint32_t index, unsigned function,
                         enum ac_event_result what, int32_t slot, uint32_t block, uint64_t live) {
    const struct ac_event *event = &run->journal->at[index];
    assert_true(index < run->journal->count);
    assert_int_equal(event->op, index);
    assert_string_equal(ac_event_function_name(event->function), ac_event_function_name(function));
    assert_string_equal(ac_event_result_name(event->result), ac_event_result_name(what));
    assert_int_equal(event->slot, slot);
    assert_int_equal(event->block, block);
    assert_int_equal(event->live, live);
}

/* --- events --- */

static void each_call_is_an_event(void **state) {
    (void)state;
    struct run run = run_on(clean_build("boundary"), "ops 1\n"
                                                     "p0 = malloc 24\n"
                                                     "p1 = calloc 3 40\n"
                                                     "p0 = realloc p0 5000\n"
                                                     "malloc_usable_size p0\n"
                                                     "p2 = malloc max-1\n"
                                                     "p3 = memalign 64 10\n"
                                                     "free p1\n"
                                                     "free p9\n");
    assert_false(run.report.found);
    expect_event(&run, 0, AC_FN_MALLOC, AC_EVENT_ALLOCATED, 0, 0, 24);
    expect_event(&run, 1, AC_FN_CALLOC, AC_EVENT_ALLOCATED, 1, 1, 144);
    expect_event(&run, 2, AC_FN_REALLOC, AC_EVENT_RESIZED, 0, 0, 5120);
    expect_event(&run, 3, AC_EVENT_USABLE_SIZE, AC_EVENT_OTHER, 0, 0, 5120);
    expect_event(&run, 4, AC_FN_MALLOC, AC_EVENT_REFUSED, 2, AC_NO_BLOCK, 5120);
    expect_event(&run, 5, AC_FN_MEMALIGN, AC_EVENT_ALLOCATED, 3, 2, 5130);
    expect_event(&run, 6, AC_EVENT_FREE, AC_EVENT_FREED, 1, 1, 5010);
    expect_event(&run, 7, AC_EVENT_FREE, AC_EVENT_OTHER, 9, AC_NO_BLOCK, 5010);
    const struct ac_event *at = run.journal->at;
    assert_int_equal(at[1].count, 3);
    assert_int_equal(at[1].each, 40);
    assert_int_equal(at[1].size, 120);
    assert_int_equal(at[2].old_block, 0);
    assert_int_equal(at[2].old_size, 24);
    assert_int_equal(at[2].old_address, at[0].address);
    assert_true(at[3].usable >= 5000 && at[3].usable != UINT64_MAX);
    assert_int_equal(at[4].error, ENOMEM);
    assert_int_equal(at[4].size, UINT64_MAX - 1);
    assert_int_equal(at[5].alignment, 64);
    assert_int_equal(at[6].address, at[1].address);
    end(&run);
}

/* Live blocks are freed at the end: every block is seen to end. */
static void teardown_is_reported_too(void **state) {
    (void)state;
    struct run run = run_on(clean_build("slab"), "ops 1\nrepeat 3: p5 = malloc 16\nfree p6\n");
    uint32_t live = 0, freed = 0;
    for (uint32_t i = 0; i < run.journal->count; i++) {
        const struct ac_event *event = &run.journal->at[i];
        live += event->result == AC_EVENT_ALLOCATED;
        freed += event->result == AC_EVENT_FREED;
        if (i < 3) {
            assert_int_equal(event->round, i);
            assert_int_equal(event->slot, 5 + i);
        }
    }
    assert_int_equal(live, 3);
    assert_int_equal(freed, 3);
    assert_int_equal(run.journal->at[run.journal->count - 1].op, 2);
    assert_int_equal(run.journal->at[run.journal->count - 1].live, 0);
    end(&run);
}

static void page_requests_belong_to_their_calls(void **state) {
    (void)state;
    struct run run = run_on(clean_build("slab"), "ops 1\np0 = malloc 100000\nfree p0\nrefuse 1\n"
                                                 "p1 = malloc 200000\n");
    const struct ac_journal *journal = run.journal;
    const struct ac_event *malloc_call = &journal->at[0], *free_call = &journal->at[1];
    assert_false(run.report.found);
    assert_true(malloc_call->pages > 0 && free_call->pages > 0);
    assert_int_equal(free_call->first_page, malloc_call->first_page + malloc_call->pages);
    assert_true(malloc_call->held >= 100000);
    const struct ac_source_entry *entry = &journal->page[malloc_call->first_page];
    assert_int_equal(entry->call, AC_CALL_MAP);
    assert_true(entry->size >= 100000);
    assert_true(malloc_call->address - journal->base - entry->result < entry->size);
    assert_true(journal->page[journal->at[2].first_page].refused);
    assert_int_equal(journal->at[2].result, AC_EVENT_REFUSED);
    end(&run);
}

static void frames_of_the_allocator_end_their_blocks(void **state) {
    (void)state;
    struct run run = run_on(clean_build("slab"),
                            "ops 1\nwith frames=own\nenter\np0 = alloca 30\np1 = vla 2 8\nleave\n");
    assert_false(run.report.found);
    expect_event(&run, 0, AC_EVENT_ENTER, AC_EVENT_OTHER, AC_NO_SLOT, AC_NO_BLOCK, 0);
    expect_event(&run, 1, AC_EVENT_ALLOCA, AC_EVENT_ALLOCATED, 0, 0, 0);
    expect_event(&run, 2, AC_EVENT_VLA, AC_EVENT_ALLOCATED, 1, 1, 0);
    expect_event(&run, 3, AC_EVENT_LEAVE, AC_EVENT_FREED, 0, 0, 0);
    assert_int_equal(run.journal->at[4].result, AC_EVENT_FREED);
    assert_int_equal(run.journal->at[4].block, 1);
    end(&run);
}

static void misuses_are_reported_with_their_address(void **state) {
    (void)state;
    struct run run = run_on(clean_build("guarded"), "ops 1\np0 = malloc 24\ndouble_free p0\n");
    assert_false(run.report.found);
    const struct ac_event *again = &run.journal->at[2];
    assert_int_equal(run.journal->at[1].result, AC_EVENT_FREED);
    assert_int_equal(again->result, AC_EVENT_OTHER);
    assert_int_equal(again->function, AC_EVENT_FREE);
    assert_int_equal(again->slot, 0);
    assert_int_equal(again->block, AC_NO_BLOCK);
    assert_int_equal(again->address, run.journal->at[0].address);
    end(&run);
}

/* --- snapshots --- */

static void a_clean_run_has_no_snapshot(void **state) {
    (void)state;
    struct run run = run_on(&odd_allocator, "ops 1\np0 = malloc 24\n");
    assert_false(run.report.found);
    assert_false(run.journal->snapshot.taken);
    assert_null(ac_journal_running(run.journal));
    end(&run);
}

static void an_overlap_has_two_owners_and_neighbours(void **state) {
    (void)state;
    struct run run = run_on(&odd_allocator, "ops 1\nrepeat 2: p0 = malloc 24\np5 = malloc 24\n"
                                            "free p0\np2 = malloc 40\n");
    const struct ac_snapshot *snapshot = &run.journal->snapshot;
    assert_int_equal(run.report.finding.oracle, AC_ORACLE_DISJOINT);
    assert_true(snapshot->taken && snapshot->block.there && snapshot->other.there);
    assert_int_equal(snapshot->block.id, AC_NO_BLOCK);
    assert_int_equal(snapshot->block.slot, 2);
    assert_int_equal(snapshot->block.size, GIVES_TWICE);
    assert_int_equal(snapshot->other.id, 2);
    assert_int_equal(snapshot->other.slot, 5);
    assert_int_equal(snapshot->other.op, 1);
    assert_int_equal(snapshot->block.address, snapshot->other.address + 16);
    assert_true(snapshot->below.there);
    assert_int_equal(snapshot->below.id, 1);
    assert_int_equal(snapshot->below.round, 1);
    assert_false(snapshot->above.there);
    assert_int_equal(snapshot->bytes, 0);
    end(&run);
}

static struct run written(size_t size) {
    char text[128];
    snprintf(text, sizeof text,
             "ops 1\np0 = malloc 24\np1 = malloc 48\np2 = malloc %zu\ncheck p1\n", size);
    struct run run = run_on(&odd_allocator, text);
    assert_int_equal(run.report.finding.oracle, AC_ORACLE_INTACT);
    assert_int_equal(run.journal->snapshot.block.id, 1);
    assert_int_equal(run.journal->snapshot.window, 0);
    assert_int_equal(run.journal->snapshot.bytes, 48);
    assert_memory_equal(run.journal->snapshot.actual, run.journal->snapshot.expected, 16);
    assert_memory_not_equal(run.journal->snapshot.actual + 16, run.journal->snapshot.expected + 16,
                            8);
    assert_memory_equal(run.journal->snapshot.actual + 24, run.journal->snapshot.expected + 24, 24);
    return run;
}

static void wrong_bytes_are_reported_apart(void **state) {
    (void)state;
    struct run run = written(WRITES_ZERO);
    assert_int_equal(run.journal->snapshot.origin, AC_BYTES_ZERO);
    end(&run);
    run = written(WRITES_SAME);
    assert_int_equal(run.journal->snapshot.origin, AC_BYTES_SAME);
    end(&run);
}

static void bytes_of_another_block_name_it(void **state) {
    (void)state;
    struct run run = written(WRITES_OTHER);
    const struct ac_snapshot *snapshot = &run.journal->snapshot;
    assert_int_equal(snapshot->origin, AC_BYTES_OF_BLOCK);
    assert_int_equal(snapshot->owner.id, 0);
    assert_int_equal(snapshot->owner.slot, 0);
    assert_int_equal(snapshot->owner_offset, 3);
    assert_false(snapshot->owner.ended);
    end(&run);
}

static void a_pointer_is_reported_by_where_it_points(void **state) {
    (void)state;
    struct run run = written(WRITES_POINTER);
    const struct ac_snapshot *snapshot = &run.journal->snapshot;
    assert_int_equal(snapshot->origin, AC_BYTES_POINTER);
    assert_int_equal(snapshot->owner.id, 0);
    assert_int_equal(snapshot->owner_offset, 0);
    assert_int_equal(snapshot->pointer, snapshot->owner.address);
    end(&run);
}

static void stale_bytes_name_the_block_that_ended(void **state) {
    (void)state;
    struct run run =
        run_on(&odd_allocator, "ops 1\np0 = malloc 24\np1 = malloc 8\nfree p0\np2 = calloc 2 8\n");
    const struct ac_snapshot *snapshot = &run.journal->snapshot;
    assert_int_equal(run.report.finding.oracle, AC_ORACLE_ZEROED);
    assert_int_equal(snapshot->block.slot, 2);
    assert_int_equal(snapshot->bytes, 16);
    assert_int_equal(snapshot->expected[0], 0);
    assert_int_equal(snapshot->origin, AC_BYTES_OF_BLOCK);
    assert_int_equal(snapshot->owner.id, 0);
    assert_true(snapshot->owner.ended);
    assert_int_equal(snapshot->owner.ended_op, 2);
    assert_int_equal(snapshot->owner_offset, 0);
    end(&run);
}

/* --- in a child --- */

static struct ac_child *child_that_runs(bool keep, const char *text, struct ac_report *report) {
    const struct ac_child_options options = {
        .target = ac_target_of(&odd_allocator), .oracles = AC_ALL_ORACLES, .keep_journal = keep};
    struct ac_child *child = ac_child_new(&options);
    struct ac_program program;
    assert_non_null(child);
    odd.used = 0;
    parse(&program, text);
    assert_int_equal(ac_child_run(child, &program, report), AC_CHILD_RAN);
    ac_program_destroy(&program);
    return child;
}

static void a_crash_leaves_what_came_before_it(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = child_that_runs(
        true, "ops 1\np0 = malloc 24\nrepeat 9: p1 = malloc 8\nfree p0\np3 = malloc 45\n", &report);
    const struct ac_journal *journal = ac_child_journal(child);
    assert_int_equal(report.finding.oracle, AC_ORACLE_SURVIVES);
    assert_int_equal(journal->count, 11);
    assert_int_equal(journal->at[10].result, AC_EVENT_FREED);
    const struct ac_event *last = ac_journal_running(journal);
    assert_non_null(last);
    assert_int_equal(last->op, 3);
    assert_int_equal(last->function, AC_FN_MALLOC);
    assert_int_equal(last->slot, 3);
    assert_int_equal(last->size, ABORTS);
    assert_true(journal->snapshot.taken);
    assert_false(journal->snapshot.block.there);
    ac_child_delete(child);
}

static void a_child_forgets_the_program_before(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = child_that_runs(true, "ops 1\np0 = malloc 45\n", &report);
    struct ac_program program;
    parse(&program, "ops 1\np0 = malloc 24\n");
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_false(report.found);
    assert_int_equal(ac_child_journal(child)->count, 1);
    assert_null(ac_journal_running(ac_child_journal(child)));
    assert_false(ac_child_journal(child)->snapshot.taken);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

/* The block is checked much later, but the call that wrote into it is found. */
static void the_call_that_changed_a_byte_is_found(void **state) {
    (void)state;
    const char *text = "ops 1\nrepeat 5: p0 = malloc 48\np7 = malloc 42\np8 = malloc 8\nfree p0\n"
                       "check p4\n";
    struct ac_report report;
    struct ac_program program;
    struct ac_event by;
    struct ac_child *child = child_that_runs(true, text, &report);
    parse(&program, text);
    assert_int_equal(report.finding.oracle, AC_ORACLE_INTACT);
    assert_int_equal(report.finding.op, 4);
    assert_true(ac_child_culprit(child, &program, &report.finding, &by));
    assert_int_equal(by.op, 1);
    assert_int_equal(by.function, AC_FN_MALLOC);
    assert_int_equal(by.size, WRITES_SAME);
    assert_int_equal(ac_child_journal(child)->count, 8); /* the journal is the first run's */
    assert_int_equal(ac_child_journal(child)->changed, 0);
    report.finding.first_wrong++; /* as if it were another one */
    assert_false(ac_child_culprit(child, &program, &report.finding, &by));
    report.finding.oracle = AC_ORACLE_ZEROED;
    assert_false(ac_child_culprit(child, &program, &report.finding, &by));
    ac_program_destroy(&program);
    ac_child_delete(child);
}

static void a_child_keeps_nothing_unasked(void **state) {
    (void)state;
    struct ac_report report;
    struct ac_child *child = child_that_runs(false, "ops 1\np0 = malloc 24\n", &report);
    assert_false(report.found);
    assert_null(ac_child_journal(child));
    ac_child_delete(child);
}

static void what_does_not_fit_is_counted(void **state) {
    (void)state;
    struct ac_journal *journal = calloc(1, sizeof *journal);
    const struct ac_run_options options = {
        .oracles = AC_ALL_ORACLES, .journal = journal, .free_at_end = true};
    struct ac_runner *runner = ac_runner_new(clean_build("slab"), &options);
    struct ac_program program;
    struct ac_report report;
    parse(&program, "ops 1\nrepeat 20000: p0 = malloc 8\n");
    ac_replay(runner, &program, &report); /* 33 rounds of it on one heap */
    assert_false(report.found);
    assert_int_equal(journal->count, AC_JOURNAL_EVENTS);
    assert_true(journal->dropped > 0);
    assert_true(journal->at[AC_JOURNAL_EVENTS - 1].pass > 0);
    ac_program_destroy(&program);
    ac_runner_delete(runner);
    free(journal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_is_an_event),
        cmocka_unit_test(teardown_is_reported_too),
        cmocka_unit_test(page_requests_belong_to_their_calls),
        cmocka_unit_test(frames_of_the_allocator_end_their_blocks),
        cmocka_unit_test(misuses_are_reported_with_their_address),
        cmocka_unit_test(a_clean_run_has_no_snapshot),
        cmocka_unit_test(an_overlap_has_two_owners_and_neighbours),
        cmocka_unit_test(wrong_bytes_are_reported_apart),
        cmocka_unit_test(bytes_of_another_block_name_it),
        cmocka_unit_test(a_pointer_is_reported_by_where_it_points),
        cmocka_unit_test(stale_bytes_name_the_block_that_ended),
        cmocka_unit_test(a_crash_leaves_what_came_before_it),
        cmocka_unit_test(a_child_forgets_the_program_before),
        cmocka_unit_test(the_call_that_changed_a_byte_is_found),
        cmocka_unit_test(a_child_keeps_nothing_unasked),
        cmocka_unit_test(what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
