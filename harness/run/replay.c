// SPDX-License-Identifier: MIT
// Oracles that run a program several times: deterministic, reuse, no-growth.
#include "call.h"
#include "check.h"
#include "no_growth.h"
#include "observer.h"
#include "step.h"

#include <stdio.h>
#include <string.h>

enum { REUSE_SIZES = 8 }; /* sizes of a program that reuse checks */

/* --- reuse --- */

static void *allocate_once(struct ac_runner *runner, size_t size) {
    const struct ac_block wanted = {.size = size, .id = AC_NO_BLOCK, .slot = AC_NO_SLOT};
    ac_call_begin(runner, size);
    ac_observe_about(runner, AC_FN_MALLOC, &wanted);
    void *block = runner->allocator->malloc(runner->heap.instance, size);
    ac_call_end(runner);
    return block;
}

static void free_once(struct ac_runner *runner, void *block) {
    const struct ac_block given = {.start = block, .id = AC_NO_BLOCK, .slot = AC_NO_SLOT};
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_FREE, &given);
    runner->allocator->free(runner->heap.instance, block);
    ac_call_end(runner);
}

static void check_reuse_of(struct ac_runner *runner, size_t size) {
    void *block = allocate_once(runner, size);
    if (block == NULL)
        return;
    free_once(runner, block);
    uint64_t requests = ac_source_requests(runner->heap.source);
    block = allocate_once(runner, size);
    requests = ac_source_requests(runner->heap.source) - requests;
    if (ac_checks(runner, AC_ORACLE_REUSE) && requests != 0) {
        ac_fail(runner, AC_ORACLE_REUSE, NULL, NULL, "the block just freed, without a page request",
                "%llu page requests for %zu bytes", (unsigned long long)requests, size);
        runner->report->finding.size = size;
    }
    if (block != NULL)
        free_once(runner, block);
}

static bool is_plain_size(const struct ac_runner *runner, const struct ac_op *op) {
    return (op->kind == AC_OP_MALLOC || op->kind == AC_OP_REALLOC) && op->b.symbol == AC_ABSOLUTE &&
           op->b.value <= runner->profile->cached_size;
}

/* Runs the program, then allocates, frees and allocates each of its cached sizes. */
static void reuse_sizes(struct ac_runner *runner) {
    ac_run_pass(runner);
    ac_source_refuse(runner->heap.source, 0, false);
    size_t sizes = 0;
    for (size_t i = 0; i < runner->program->count && sizes < REUSE_SIZES; i++) {
        const struct ac_op *op = &runner->program->ops[i];
        if (ac_is_clean(runner) && is_plain_size(runner, op)) {
            ac_move_to_end(runner);
            check_reuse_of(runner, (size_t)op->b.value);
            sizes++;
        }
    }
}

static bool can_check_reuse(const struct ac_runner *runner, const struct ac_program *program) {
    return runner->heap.source != NULL && runner->profile->cached_size != 0 &&
           ac_is_closed_loop(program);
}

/* --- deterministic --- */

static void check_digest(struct ac_runner *runner, uint64_t first, uint64_t second) {
    if (ac_checks(runner, AC_ORACLE_DETERMINISTIC) && first != second) {
        ac_move_to_end(runner);
        ac_fail(runner, AC_ORACLE_DETERMINISTIC, NULL, NULL, "the answers of the first run",
                "digest %016llx, not %016llx", (unsigned long long)second,
                (unsigned long long)first);
    }
}

/* --- all --- */

/* Runs a body on a fresh heap and adds its report. False: a finding. */
static bool run_body(struct ac_runner *runner, const struct ac_program *program,
                     struct ac_report *sum, ac_body *body) {
    struct ac_report one;
    ac_run_on_fresh_heap(runner, program, &one, body);
    ac_report_add(sum, &one);
    return !sum->found;
}

/* With one heap for all programs, requests that were refused change what the next run gets. */
static bool is_comparable(const struct ac_runner *runner, const struct ac_report *first) {
    return !runner->options.trapped || first->counts.refused == 0;
}

static bool check_deterministic(struct ac_runner *runner, const struct ac_program *program,
                                struct ac_report *sum) {
    struct ac_report second;
    ac_run_on_fresh_heap(runner, program, &second, ac_run_pass);
    if (!second.found && is_comparable(runner, sum))
        check_digest(runner, sum->digest, second.digest);
    ac_report_add(sum, &second);
    return !sum->found;
}

static void replay(struct ac_runner *runner, const struct ac_program *program,
                   struct ac_report *sum) {
    ac_run(runner, program, sum);
    ac_body *const loop = ac_growth_loop(runner, program, sum);
    if (!sum->found && !runner->corrupted && check_deterministic(runner, program, sum) &&
        (!can_check_reuse(runner, program) || run_body(runner, program, sum, reuse_sizes)) &&
        loop != NULL)
        run_body(runner, program, sum, loop);
}

void ac_replay(struct ac_runner *runner, const struct ac_program *program,
               struct ac_report *report) {
    bool free_at_end = runner->options.free_at_end;
    runner->options.free_at_end = true; /* a loop is closed only if each round frees everything */
    replay(runner, program, report);
    runner->options.free_at_end = free_at_end;
}
