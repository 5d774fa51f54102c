// SPDX-License-Identifier: MIT
// Checks of the heap as a whole, and how a check fails.
#include "check.h"

#include "call.h"
#include "observer.h"
#include "request.h"

#include "model/evidence.h"
#include "model/pattern.h"

#include <stdarg.h>
#include <stdio.h>

static void name_block(struct ac_finding *finding, const struct ac_block *block) {
    finding->slot = block->slot;
    finding->block = block->id;
    finding->size = block->size;
}

struct ac_finding ac_finding_here(const struct ac_runner *runner, enum ac_oracle oracle) {
    return (struct ac_finding){.oracle = oracle,
                               .op = (uint32_t)runner->at,
                               .stage = (enum ac_stage)runner->progress->stage,
                               .round = runner->round,
                               .thread = runner->thread,
                               .slot = AC_NO_SLOT,
                               .other_slot = AC_NO_SLOT,
                               .block = UINT32_MAX,
                               .first_wrong = UINT64_MAX,
                               .last_wrong = UINT64_MAX};
}

void ac_fail(struct ac_runner *runner, enum ac_oracle oracle, const struct ac_block *block,
             const struct ac_wrong *wrong, const char *expected, const char *actual, ...) {
    if (runner->report->found)
        return;
    struct ac_finding *finding = &runner->report->finding;
    *finding = ac_finding_here(runner, oracle);
    if (wrong != NULL) {
        finding->first_wrong = wrong->first;
        finding->last_wrong = wrong->last;
    }
    if (block != NULL)
        name_block(finding, block);
    snprintf(finding->expected, sizeof finding->expected, "%s", expected);
    va_list arguments;
    va_start(arguments, actual);
    vsnprintf(finding->actual, sizeof finding->actual, actual, arguments);
    va_end(arguments);
    ac_observe_found(runner, oracle, block, wrong);
    runner->report->found = true;
    runner->ended = true;
}

static bool count_accepted(struct ac_runner *runner, bool accepted) {
    runner->report->counts.accepted += accepted;
    return accepted;
}

bool ac_is_accepted(struct ac_runner *runner, const struct ac_request *request,
                    enum ac_oracle oracle) {
    return count_accepted(runner,
                          (runner->accepted.of[request->function] & AC_ORACLE_BIT(oracle)) != 0);
}

void ac_false_alarm(struct ac_runner *runner) {
    if (ac_checks(runner, AC_ORACLE_NO_FALSE_ALARM)) {
        ac_fail(runner, AC_ORACLE_NO_FALSE_ALARM, NULL, NULL, "no fatal text in a legal call", "%s",
                runner->misuse.fatal_text);
    }
    runner->ended = runner->corrupted = true;
}

bool ac_check_content(struct ac_runner *runner, struct ac_block *block, enum ac_oracle oracle) {
    struct ac_wrong wrong;
    if (!ac_checks(runner, oracle) || ac_pattern_holds(block->start, block->owned, block->owned,
                                                       block->seed, block->whole, &wrong))
        return true;
    ac_fail(runner, oracle, block, &wrong, "the bytes that its owner wrote",
            "byte %zu is 0x%02x, not 0x%02x", wrong.first, wrong.actual, wrong.expected);
    return false;
}

bool ac_check_all_content(struct ac_runner *runner) {
    for (struct ac_block *block = ac_blocks_oldest(&runner->model.blocks); block != NULL;
         block = ac_blocks_newer(&runner->model.blocks, block))
        if (!ac_check_content(runner, block,
                              block->frame != 0 ? AC_ORACLE_FRAME : AC_ORACLE_INTACT))
            return false;
    return true;
}

static void check_integrity(struct ac_runner *runner, const char *what) {
    const struct ac_allocator *allocator = runner->allocator;
    if (allocator->check == NULL || !ac_checks(runner, AC_ORACLE_INTEGRITY))
        return;
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_CHECK, NULL);
    const char *reason = allocator->check(runner->heap.instance);
    ac_call_end(runner);
    if (reason != NULL) {
        ac_fail(runner, AC_ORACLE_INTEGRITY, NULL, NULL, "a sound heap", "after %s: %s", what,
                reason);
    }
}

static void check_counter(struct ac_runner *runner, const char *what, const char *name,
                          uint64_t counted, uint64_t modelled) {
    if (counted == SIZE_MAX || !ac_checks(runner, AC_ORACLE_STATISTICS))
        return;
    if (counted != modelled) {
        char expected[AC_EVIDENCE];
        snprintf(expected, sizeof expected, "%s of %llu", name, (unsigned long long)modelled);
        ac_fail(runner, AC_ORACLE_STATISTICS, NULL, NULL, expected, "after %s: %llu", what,
                (unsigned long long)counted);
    }
}

static bool held_is_exact(const struct ac_runner *runner) {
    unsigned inexact = AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP | AC_QUIRK_UNALIGNED;
    return runner->heap.source != NULL && (runner->heap.pages.kind & (AC_SOURCE_MMAP)) != 0 &&
           (runner->heap.quirks & inexact) == 0;
}

static void check_statistics(struct ac_runner *runner, const char *what) {
    struct ac_statistics counted;
    const struct ac_allocator *allocator = runner->allocator;
    if (allocator->statistics == NULL || !allocator->statistics(runner->heap.instance, &counted))
        return;
    check_counter(runner, what, "live blocks", counted.live_blocks, runner->model.blocks.live);
    check_counter(runner, what, "live bytes", counted.live_bytes, runner->model.blocks.live_bytes);
    if (held_is_exact(runner)) {
        check_counter(runner, what, "held bytes", counted.held_bytes,
                      ac_source_held(runner->heap.source));
    }
}

void ac_check_heap(struct ac_runner *runner, const char *what) {
    check_integrity(runner, what);
    check_statistics(runner, what);
}

void ac_check_errno_kept(struct ac_runner *runner, int error) {
    if (runner->profile->free_changes_errno || !ac_checks(runner, AC_ORACLE_ERRNO))
        return;
    if (error != AC_ERRNO_CANARY && !count_accepted(runner, runner->accepted.errno_after_free))
        ac_fail(runner, AC_ORACLE_ERRNO, NULL, NULL, EVIDENCE_ERRNO_KEPT, "errno is %d", error);
}

static void check_leak_counted(struct ac_runner *runner) {
    struct ac_statistics counted;
    const struct ac_allocator *allocator = runner->allocator;
    if (allocator->statistics == NULL || !allocator->statistics(runner->heap.instance, &counted) ||
        counted.live_bytes == SIZE_MAX || !ac_checks(runner, AC_ORACLE_NO_LEAK))
        return;
    if (counted.live_bytes != 0) {
        ac_fail(runner, AC_ORACLE_NO_LEAK, NULL, NULL, EVIDENCE_NO_LIVE,
                "%zu bytes counted as live", counted.live_bytes);
    }
}

/* With everything freed, only what the profile allows may be held. A break moved by foreign code,
 * and memory whose unmap was refused, do not count. */
void ac_check_empty(struct ac_runner *runner) {
    check_leak_counted(runner);
    unsigned foreign = AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP;
    if (runner->heap.source == NULL || runner->profile->held_when_empty == SIZE_MAX ||
        (runner->heap.quirks & foreign) != 0 || !ac_checks(runner, AC_ORACLE_NO_LEAK))
        return;
    uint64_t held = ac_source_held(runner->heap.source);
    if (held > runner->profile->held_when_empty) {
        ac_fail(runner, AC_ORACLE_NO_LEAK, NULL, NULL, "no more held than the profile allows",
                "%llu bytes held with nothing live", (unsigned long long)held);
    }
}

void ac_check_closed(struct ac_runner *runner) {
    if (runner->heap.source == NULL || !ac_checks(runner, AC_ORACLE_PAGE_LOG))
        return;
    static const char *const names[AC_SOURCE_CALLS] = {"map", "unmap", "resize", "remap", "sbrk"};
    const struct ac_source_entry *wrong = ac_source_wrong(runner->heap.source);
    if (wrong != NULL) {
        ac_fail(runner, AC_ORACLE_PAGE_LOG, NULL, NULL, "only ranges that the source gave",
                "%s of %llu bytes at offset %llu", names[wrong->call],
                (unsigned long long)wrong->size, (unsigned long long)wrong->start);
        return;
    }
    unsigned foreign = AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP;
    uint64_t held = ac_source_held(runner->heap.source);
    if (runner->heap.pages.kind == AC_SOURCE_MMAP && held != 0 &&
        (runner->heap.quirks & foreign) == 0) {
        const bool opened = runner->progress->stage != AC_STAGE_OPEN;
        ac_fail(runner, AC_ORACLE_PAGE_LOG, NULL, NULL,
                opened ? "every page given back at close" : "every page given back if open fails",
                "%llu bytes still held", (unsigned long long)held);
    }
}
