// SPDX-License-Identifier: MIT
// The child's side: takes requests, runs programs, leaves results in shared memory.
#define _GNU_SOURCE
#include "child_private.h"

#include "pages/trap.h"

#include <errno.h>
#include <unistd.h>

static void give_up(struct ac_child *child) {
    child->shared->broken = true;
    _exit(1);
}

static void give_up_for_memory(struct ac_child *child) {
    ac_child_explain(child, "out of memory");
    give_up(child);
}

/* Counts and checks are summed; a finding is kept, the digest is the last run's. */
static void keep(struct ac_report *sum, const struct ac_report *report) {
    ac_report_add(sum, report);
    sum->digest = report->digest;
    if (report->found) {
        sum->found = true;
        sum->finding = report->finding;
    }
}

static void begin_program(struct ac_child *child) {
    child->shared->calls_before = child->shared->progress.calls;
    child->shared->begun++;
}

static void run_triage(struct ac_child *child, struct ac_runner *runner) {
    const struct ac_child_request *request = &child->shared->request;
    const struct ac_program program = {
        .head = request->head, .ops = child->ops, .count = request->ops, .capacity = request->ops};
    struct ac_report report;
    begin_program(child);
    if (request->races) {
        ac_child_run_race(child, runner, &program, &request->race, &report);
    } else if (request->replay) {
        ac_replay(runner, &program, &report);
    } else {
        ac_run(runner, &program, &report);
    }
    keep(&child->shared->result.sum, &report);
}

static void measure_given(struct ac_child *child, const struct ac_allocator *allocator) {
    const struct ac_child_request *request = &child->shared->request;
    const struct ac_program program = {
        .head = request->head, .ops = child->ops, .count = request->ops, .capacity = request->ops};
    if (!ac_measure_cost(allocator, &program, request->cost_of, &child->shared->cost)) {
        give_up(child);
    }
}

static void run_generated(const struct ac_batch_options *options, struct ac_runner *runner,
                          const struct ac_program *program, struct ac_batch *result) {
    struct ac_report report;
    ac_run(runner, program, &report);
    keep(&result->sum, &report);
    if (options->replay && !report.found) {
        ac_replay(runner, program, &report);
        keep(&result->sum, &report);
    }
}

static void race_generated(struct ac_child *child, uint64_t seed, struct ac_runner *runner,
                           struct ac_program *program, struct ac_batch *result) {
    const struct ac_batch_options *batch = &child->shared->request.batch;
    const bool grows = batch->race_growth || seed % AC_RACE_GROWTH_IN == 0;
    const struct ac_race_options options = {.seed = program->head.seed,
                                            .rounds = batch->race_rounds,
                                            .growth_rounds = grows ? AC_RACE_GROWTH_SHORT : 0};
    struct ac_report report;
    ac_race_spread(program, seed);
    ac_child_run_race(child, runner, program, &options, &report);
    keep(&result->sum, &report);
}

static bool make_program(const struct ac_batch_options *options, uint64_t seed,
                         struct ac_program *program) {
    return options->enumeration != NULL ? ac_enumeration_at(options->enumeration, seed, program)
                                        : ac_generate(program, seed, &options->generate);
}

static void run_campaign(struct ac_child *child, struct ac_runner *runner,
                         struct ac_program *program) {
    const struct ac_child_request *request = &child->shared->request;
    struct ac_batch_options mine = request->batch;
    const struct ac_batch_options *options = &mine;
    struct ac_batch *result = &child->shared->result;
    /* The parent's pointers are to the same places, but not at the same addresses. */
    mine.generate.boundaries = mine.generate.boundaries != NULL ? &request->boundaries : NULL;
    mine.enumeration = mine.enumeration != NULL ? &child->shared->enumeration : NULL;
    for (uint64_t i = 0; i < options->count && !result->sum.found; i++) {
        result->seed = options->first_seed + i;
        result->programs++;
        begin_program(child);
        if (!make_program(options, result->seed, program)) {
            give_up_for_memory(child);
        }
        if (options->race_rounds > 0) {
            race_generated(child, result->seed, runner, program, result);
        } else {
            run_generated(options, runner, program, result);
        }
    }
}

static void run_probes(struct ac_child *child, const struct ac_allocator *allocator) {
    struct ac_child_shared *shared = child->shared;
    if (!ac_probe_from(allocator, &shared->probing, &shared->progress)) {
        ac_child_explain(child, "out of memory");
        give_up(child);
    }
}

static bool read_byte(int link) {
    char byte;
    ssize_t got;
    do {
        got = read(link, &byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

void ac_child_serve(struct ac_child *child, int link) {
    struct ac_program program;
    const struct ac_run_options options = {
        .oracles = child->options.oracles,
        .profile = child->options.target.profile,
        .progress = &child->shared->progress,
        .answers = child->answers,
        .journal = child->journal,
        .watch = child->options.watch,
        .behaviour = child->options.keep_behaviour ? child->shared->behaviour : NULL,
        .memory = ac_child_memory(child),
        .trapped = child->options.target.trapped,
        .call_ms = child->options.call_ms,
        .free_at_end = child->options.free_at_end};
    const struct ac_allocator *allocator = ac_child_allocator(child, link);
    if (allocator == NULL) {
        give_up(child);
    }
    ac_crash_watch(&child->shared->crash, &child->shared->progress);
    if (options.trapped && !ac_trap_start(options.progress)) {
        ac_child_explain(child, "its requests for pages cannot be trapped here");
        give_up(child);
    }
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    if (runner == NULL) {
        give_up_for_memory(child);
    }
    ac_program_init(&program);
    ac_child_watch_reports(&child->shared->alarm, runner);
    while (read_byte(link)) {
        ac_runner_refuse(runner, child->shared->request.refusal);
        if (child->shared->request.probes) {
            run_probes(child, allocator);
        } else if (child->shared->request.generated) {
            run_campaign(child, runner, &program);
        } else if (child->shared->request.measure) {
            measure_given(child, allocator);
        } else {
            run_triage(child, runner);
        }
        if (write(link, ".", 1) != 1) {
            break;
        }
    }
    _exit(0);
}
