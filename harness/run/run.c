// SPDX-License-Identifier: MIT
// Runs a program on a fresh heap: opens it, runs the ops, tears it down, closes it.
#define _DEFAULT_SOURCE /* sysconf */
#include "current.h"
#include "call.h"
#include "check.h"
#include "ops.h"
#include "threads.h"
#include "observer.h"
#include "page_requests.h"
#include "step.h"
#include "thread_pool.h"
#include "program/memory.h"

#include <string.h>
#include <unistd.h>

ac_oracle_set ac_oracles_under(const struct ac_profile *profile, ac_oracle_set oracles) {
    const ac_oracle_set growth = profile->may_grow ? AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH) : 0;
    const ac_oracle_set varies = profile->may_vary ? AC_ORACLE_BIT(AC_ORACLE_DETERMINISTIC) : 0;
    const ac_oracle_set liveness = profile->may_not_return ? AC_ORACLE_BIT(AC_ORACLE_LIVENESS) : 0;
    return oracles & ~(growth | varies | liveness);
}

/* --- the runner --- */

struct ac_runner *ac_runner_new(const struct ac_allocator *allocator,
                                const struct ac_run_options *options) {
    struct ac_runner *runner = ac_memory_new(sizeof *runner);
    if (runner == NULL)
        return NULL;
    runner->allocator = allocator;
    runner->profile = options->profile != NULL ? options->profile : allocator->profile;
    runner->options = *options;
    runner->options.memory = options->memory != 0 ? options->memory : AC_MEMORY;
    runner->options.oracles = ac_oracles_under(runner->profile, options->oracles);
    runner->observer = options->journal != NULL ? &ac_journal_observer : NULL;
    runner->progress = options->progress != NULL ? options->progress : &runner->unwatched;
    bool takes_source = allocator->open != NULL && allocator->sources != 0;
    runner->heap.source = takes_source ? ac_source_new() : NULL;
    if (!ac_blocks_init(&runner->model.blocks) || (takes_source && runner->heap.source == NULL)) {
        ac_runner_delete(runner);
        return NULL;
    }
    if (runner->heap.source != NULL)
        ac_source_journal(runner->heap.source, options->journal);
    return runner;
}

void ac_runner_delete(struct ac_runner *runner) {
    if (runner == NULL)
        return;
    ac_end_threads(runner);
    if (runner->heap.source != NULL)
        ac_source_delete(runner->heap.source);
    ac_blocks_destroy(&runner->model.blocks);
    ac_memory_delete(runner, sizeof *runner);
}

void ac_runner_refuse(struct ac_runner *runner, struct ac_refusal refusal) {
    runner->requests.refusal = refusal;
}

void ac_runner_accept(struct ac_runner *runner, const struct ac_accepted *accepted) {
    runner->accepted = *accepted;
}

void ac_runner_limit_growth(struct ac_runner *runner, uint64_t deadline_ms) {
    runner->growth_deadline = deadline_ms;
}

bool ac_runner_owns(const struct ac_runner *runner, const void *address) {
    return runner->model.blocks.pool != NULL &&
           ac_blocks_overlapping(&runner->model.blocks, address, 1, NULL) != NULL;
}

void ac_runner_blame(const struct ac_runner *runner, enum ac_oracle oracle, const char *actual,
                     struct ac_finding *finding) {
    const struct ac_runner *racing = ac_current_runner();
    runner = racing != NULL ? racing : runner;
    *finding = ac_finding_here(runner, oracle);
    strncpy(finding->expected, ac_oracle_info(oracle)->sentence, AC_EVIDENCE - 1);
    strncpy(finding->actual, actual, AC_EVIDENCE - 1);
}

/* --- one program --- */

/* In a destructor of the allocator there is no frame to jump to. */
static void on_fatal(void *ctx, const char *text) {
    struct ac_runner *racing = ac_current_runner();
    struct ac_runner *runner = racing != NULL ? racing : ctx;
    runner->misuse.fatal_text = text;
    if (runner->misuse.end != NULL)
        longjmp(*runner->misuse.end, 1);
    if (!ac_self(runner)->catches) {
        ac_false_alarm(runner);
        ac_thread_pool_exit_in_destructor(runner->handover.pool, runner->thread);
    }
    longjmp(ac_self(runner)->end, 1);
}

static enum ac_source_kind served_kind(const struct ac_runner *runner) {
    unsigned offered = runner->allocator->sources;
    unsigned asked = runner->program->head.source;
    return (enum ac_source_kind)((offered & asked) != 0 ? asked : offered & -offered);
}

static size_t machine_page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* The program's head without the quirks that the profile declines, which are counted. */
static struct ac_head accepted_head(const struct ac_runner *runner) {
    struct ac_head head = runner->program->head;
    const unsigned declined = head.quirks & runner->profile->declined_quirks;
    if (ac_sees_page_requests(runner))
        runner->report->counts.not_offered += (unsigned)__builtin_popcount(declined);
    head.quirks = (uint8_t)(head.quirks & ~declined);
    return head;
}

static bool open_pages(struct ac_runner *runner) {
    const struct ac_head head = accepted_head(runner);
    runner->heap.quirks = head.quirks;
    if (runner->heap.source != NULL &&
        !ac_source_open(runner->heap.source, &head, served_kind(runner), &runner->heap.pages))
        return false;
    ac_observe_pages_opened(runner);
    runner->heap.page_size =
        runner->heap.source != NULL ? runner->heap.pages.page_size : machine_page_size();
    ac_begin_page_requests(runner);
    return true;
}

static bool open_instance(struct ac_runner *runner) {
    if (runner->allocator->open == NULL)
        return true;
    const struct ac_open_options options = {
        .source = runner->heap.source != NULL ? &runner->heap.pages : NULL,
        .fatal = on_fatal,
        .fatal_ctx = runner,
        .seed = runner->program->head.seed};
    ac_enter_allocator(runner, 0);
    runner->heap.instance = runner->allocator->open(&options);
    ac_leave_allocator(runner);
    runner->report->counts.open_requests = ac_page_requests(runner);
    return runner->heap.instance != NULL;
}

/* A heap that failed to open must have given back all its pages. */
static bool open_heap(struct ac_runner *runner) {
    ac_move_to_end(runner);
    ac_enter_stage(runner, AC_STAGE_OPEN);
    if (!open_pages(runner))
        return false;
    const bool opened = open_instance(runner);
    if (!opened)
        ac_check_closed(runner);
    return opened;
}

static void close_heap(struct ac_runner *runner) {
    ac_move_to_end(runner);
    ac_leave_heap(runner);
    if (runner->ended)
        return;
    ac_enter_stage(runner, AC_STAGE_CLOSE);
    if (runner->allocator->close != NULL) {
        ac_enter_allocator(runner, 0);
        runner->allocator->close(runner->heap.instance);
        ac_leave_allocator(runner);
    }
    ac_check_closed(runner);
}

/* A thread that waits in its loop over the ops still catches fatal texts. */
static void begin_threads(struct ac_runner *runner) {
    if (runner->handover.pool != NULL)
        ac_thread_pool_notice_fork(runner->handover.pool);
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        struct ac_thread *thread = &runner->threads[i];
        thread->used = i == 0;
        thread->frees = false;
        thread->depth = thread->arrays = 0;
        thread->stack_bytes = 0;
    }
}

static void begin(struct ac_runner *runner, const struct ac_program *program,
                  struct ac_report *report) {
    memset(report, 0, sizeof *report);
    runner->program = program;
    runner->report = report;
    runner->heap.instance = NULL;
    runner->misuse.end = NULL;
    begin_threads(runner);
    runner->instead = NULL;
    runner->fork.count = 0;
    runner->model.last_freed = (struct ac_last_freed){0};
    runner->progress->program++;
    if (runner->options.answers != NULL)
        runner->options.answers->count = 0;
    ac_observe_program_began(runner);
}

void ac_rewind(struct ac_runner *runner) {
    ac_blocks_reset(&runner->model.blocks);
    runner->steps = 0;
    runner->ended = runner->corrupted = runner->model.uncached = false;
    runner->model.largest = runner->model.largest_plain = runner->model.patterned = 0;
    runner->model.touched = 0;
    runner->thread = runner->handover.leaving = 0;
    ac_move_to(runner, 0, 0);
}

void ac_tear_down(struct ac_runner *runner) {
    uint64_t calls = runner->report->counts.calls;
    bool frees = runner->options.free_at_end; /* which verifies each block */
    if (frees || ac_check_all_content(runner))
        ac_check_heap(runner, "the program");
    if (frees && !runner->report->found) {
        ac_free_all(runner);
        if (!runner->report->found) {
            ac_check_heap(runner, "the last free");
            ac_check_empty(runner);
        }
    }
    runner->report->counts.calls = calls;
}

void ac_run_pass(struct ac_runner *runner) {
    ac_rewind(runner);
    ac_behaviour_begin(runner);
    ac_observe_pass_began(runner);
    ac_run_frames(runner);
    ac_run_pending_exits(runner);
    if (ac_is_clean(runner)) {
        ac_move_to_end(runner);
        ac_tear_down(runner);
    }
}

static void note_source(struct ac_runner *runner) {
    struct ac_report *report = runner->report;
    report->counts.page_requests = ac_page_requests(runner);
    report->counts.refused = ac_page_requests_refused(runner);
    if (runner->heap.source != NULL) {
        report->counts.not_offered += ac_source_missed_top(runner->heap.source);
        report->held_peak = ac_source_held_peak(runner->heap.source);
    }
}

static void run_to_the_close(struct ac_runner *runner, ac_body *body) {
    if (!open_heap(runner)) {
        runner->report->counts.over_limit += runner->program->count;
        return;
    }
    ac_move_to(runner, 0, 0);
    body(runner);
    if (ac_is_clean(runner))
        close_heap(runner);
}

void ac_run_on_fresh_heap(struct ac_runner *runner, const struct ac_program *program,
                          struct ac_report *report, ac_body *body) {
    begin(runner, program, report);
    ac_rewind(runner);
    runner->threads[0].catches = true;
    if (setjmp(runner->threads[0].end) == 0)
        run_to_the_close(runner, body);
    else
        ac_false_alarm(runner);
    ac_unwind_threads(runner);
    ac_leave_allocator(runner);
    note_source(runner);
}

void ac_run(struct ac_runner *runner, const struct ac_program *program, struct ac_report *report) {
    ac_run_on_fresh_heap(runner, program, report, ac_run_pass);
}
