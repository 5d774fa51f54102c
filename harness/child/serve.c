// SPDX-License-Identifier: MIT
// The child's side, from top to bottom: it loads the allocator, gets ready, reads requests, runs
// their programs, and leaves the results in shared memory.
#define _GNU_SOURCE
#include "serve.h"

#include "pages/trap.h"
#include "run/call_watch.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct server {
    struct ac_child_shared *shared;
    const struct ac_allocator *allocator;
    struct ac_runner *runner;
    struct ac_program program; /* the one of the request */
    struct ac_program made;    /* for batches, which keep its memory */
};

static void give_up(struct ac_child_shared *shared) {
    shared->broken = true;
    _exit(1);
}

static void give_up_because(struct ac_child_shared *shared, const char *trouble) {
    snprintf(shared->trouble, sizeof shared->trouble, "%s", trouble);
    give_up(shared);
}

/* --- load --- */

static void describe(struct ac_child_loaded *loaded, const struct ac_allocator *allocator) {
    loaded->allocator = *allocator;
    snprintf(loaded->name, sizeof loaded->name, "%s", allocator->name);
    ac_profile_copy(&loaded->profile, allocator->profile);
}

/* A library is loaded here and described to the parent, which waits for one byte. */
static const struct ac_allocator *load(struct ac_child *child, int link) {
    const struct ac_target *target = &child->options.target;
    struct ac_child_shared *shared = child->shared;
    if (target->library == NULL)
        return target->allocator;
    const struct ac_allocator *allocator =
        target->library->load(target->library->path, shared->trouble, sizeof shared->trouble);
    if (allocator == NULL)
        give_up(shared);
    describe(&shared->loaded, allocator);
    if (write(link, "!", 1) != 1)
        give_up(shared);
    return allocator;
}

/* --- get ready --- */

static struct ac_runner *new_runner(struct ac_child *child, const struct ac_allocator *allocator) {
    const struct ac_child_options *asked = &child->options;
    const struct ac_run_options options = {
        .oracles = asked->oracles,
        .profile = asked->target.profile,
        .progress = &child->shared->progress,
        .answers = child->answers,
        .journal = child->journal,
        .watch = asked->watch,
        .behaviour = asked->keep_behaviour ? child->shared->behaviour : NULL,
        .memory = asked->memory != 0 ? asked->memory : AC_MEMORY,
        .trapped = asked->target.trapped,
        .call_ms = asked->call_ms,
        .free_at_end = asked->free_at_end,
        .waits_for_decay = asked->waits_for_decay};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    if (runner == NULL)
        give_up_because(child->shared, "out of memory");
    return runner;
}

/* From here on a dying process notes why. */
static struct ac_runner *get_ready(struct ac_child *child, const struct ac_allocator *allocator) {
    struct ac_child_shared *shared = child->shared;
    ac_crash_watch(&shared->crash, &shared->progress);
    if (child->options.target.trapped && !ac_trap_start(&shared->progress))
        give_up_because(shared, "page requests cannot be trapped on this system");
    struct ac_runner *runner = new_runner(child, allocator);
    ac_child_watch_reports(&shared->alarm, runner);
    return runner;
}

/* --- run one program --- */

static void begin_program(struct ac_child_shared *shared) {
    shared->calls_before = shared->progress.calls;
    shared->begun++;
}

static void keep(struct ac_report *sum, const struct ac_report *report) {
    ac_report_add(sum, report);
    sum->digest = report->digest; /* of the last run */
}

static void run_inline(struct server *server, const struct ac_program *program) {
    struct ac_report report;
    ac_run(server->runner, program, &report);
    keep(&server->shared->result.sum, &report);
}

static void run_replay(struct server *server, const struct ac_program *program) {
    struct ac_report report;
    const uint64_t most_ms = server->shared->request.growth_ms;
    ac_runner_limit_growth(server->runner, most_ms != 0 ? ac_now_ms() + most_ms : 0);
    ac_replay(server->runner, program, &report);
    keep(&server->shared->result.sum, &report);
}

/* The parent watches the threads. */
static void run_race(struct server *server, const struct ac_program *program,
                     struct ac_race_options options) {
    struct ac_report report;
    options.watch = &server->shared->race;
    ac_run_race(server->runner, program, &options, &report);
    keep(&server->shared->result.sum, &report);
}

/* --- run a batch, whose programs are made here --- */

/* Of the parent's pointers, only whether they are NULL counts here. */
static bool make_program(struct server *server, uint64_t seed) {
    const struct ac_child_shared *shared = server->shared;
    const struct ac_batch_options *batch = &shared->request.batch;
    struct ac_generate_options generate = batch->generate;
    generate.boundaries = generate.boundaries != NULL ? &shared->request.boundaries : NULL;
    return batch->enumeration != NULL ? ac_enumeration_at(&shared->enumeration, seed, &server->made)
                                      : ac_generate(&server->made, seed, &generate);
}

/* Without their ops, enumerated programs would be others that come anyway. */
static bool is_passed_over(const struct ac_batch_options *batch, const struct ac_program *made) {
    return batch->enumeration != NULL && ac_leaves_out_any(&batch->generate.without, made);
}

static void race_made(struct server *server, uint64_t seed) {
    const struct ac_batch_options *batch = &server->shared->request.batch;
    const bool grows = batch->race_growth || seed % AC_RACE_GROWTH_IN == 0;
    ac_race_spread(&server->made, seed);
    run_race(server, &server->made,
             (struct ac_race_options){.seed = server->made.head.seed,
                                      .rounds = batch->race_rounds,
                                      .growth_rounds = grows ? AC_RACE_GROWTH_SHORT : 0});
}

static void run_made(struct server *server) {
    run_inline(server, &server->made);
    if (server->shared->request.batch.replay && !server->shared->result.sum.found)
        run_replay(server, &server->made);
}

static void run_batch(struct server *server) {
    const struct ac_batch_options *batch = &server->shared->request.batch;
    struct ac_batch *result = &server->shared->result;
    for (uint64_t i = 0; i < batch->count && !result->sum.found; i++) {
        result->seed = batch->first_seed + i;
        result->programs++;
        begin_program(server->shared);
        if (!make_program(server, result->seed))
            give_up_because(server->shared, "out of memory");
        if (is_passed_over(batch, &server->made))
            result->left_out++;
        else if (batch->race_rounds > 0)
            race_made(server, result->seed);
        else
            run_made(server);
    }
}

/* --- serve --- */

static void serve_request(struct server *server) {
    struct ac_child_shared *shared = server->shared;
    const struct ac_child_request *request = &shared->request;
    ac_runner_refuse(server->runner, request->refusal);
    ac_runner_accept(server->runner, &request->accepted);
    if (request->kind != AC_CHILD_RUNS_BATCH)
        begin_program(shared);
    switch (request->kind) {
    case AC_CHILD_RUNS:
        run_inline(server, &server->program);
        return;
    case AC_CHILD_REPLAYS:
        run_replay(server, &server->program);
        return;
    case AC_CHILD_RACES:
        run_race(server, &server->program, request->race);
        return;
    case AC_CHILD_RUNS_BATCH:
        run_batch(server);
        return;
    case AC_CHILD_MEASURES:
        if (!ac_measure_cost(server->allocator, &server->program, request->cost_of, &shared->cost))
            give_up(shared);
        return;
    case AC_CHILD_PROBES:
        if (!ac_probe_run_from(server->allocator, &shared->probe_state, &shared->progress))
            give_up_because(shared, "out of memory");
    }
}

static bool has_request(int link) {
    char byte;
    ssize_t got;
    do {
        got = read(link, &byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

void ac_child_serve(struct ac_child *child, int link) {
    const struct ac_child_request *request = &child->shared->request;
    struct server server = {.shared = child->shared, .allocator = load(child, link)};
    server.runner = get_ready(child, server.allocator);
    ac_program_init(&server.made);
    while (has_request(link)) {
        server.program = (struct ac_program){.head = request->head,
                                             .ops = child->ops,
                                             .count = request->ops,
                                             .capacity = request->ops};
        serve_request(&server);
        if (write(link, ".", 1) != 1)
            break;
    }
    _exit(0);
}
