// SPDX-License-Identifier: MIT
// The parent's side of a request, from top to bottom: it is written, sent to a process that may
// have to be started, and awaited; then the reply is read, or the missing reply is diagnosed.
#define _GNU_SOURCE
#include "death.h"

#include "pages/resident.h"
#include "run/call_watch.h"
#include "run/journal.h"

#include <string.h>
#include <sys/socket.h>

/* --- write the request --- */

/* no-growth may take half the time of a program, so that the rest is checked, and ends before the
 * request has to. */
static uint64_t growth_ms(const struct ac_child *child) {
    const uint64_t now = ac_now_ms(), half = child->options.program_ms / 2;
    if (child->deadline == 0)
        return half;
    const uint64_t left = child->deadline > now ? (child->deadline - now) / 100 * 95 : 0;
    return half != 0 && half < left ? half : left + 1;
}

/* The program is filled in. False: out of memory. */
static bool write_request(struct ac_child *child, const struct ac_program *program,
                          const struct ac_child_request *request) {
    struct ac_child_shared *shared = child->shared;
    if (!ac_child_reserve_ops(child, program->count)) {
        ac_child_explain(child, "out of memory");
        return false;
    }
    if (program->count > 0)
        memcpy(child->ops, program->ops, program->count * sizeof *program->ops);
    if (child->journal != NULL)
        ac_journal_reset(child->journal);
    shared->request = *request;
    shared->request.head = program->head;
    shared->request.ops = program->count;
    shared->request.refusal = child->refusal;
    shared->request.accepted = child->accepted;
    shared->request.growth_ms = growth_ms(child);
    shared->result = (struct ac_batch){.programs = 0};
    return true;
}

static void write_batch(struct ac_child *child, const struct ac_batch_options *options) {
    struct ac_child_shared *shared = child->shared;
    struct ac_child_request *request = &shared->request;
    *request = (struct ac_child_request){.kind = AC_CHILD_RUNS_BATCH,
                                         .accepted = child->accepted,
                                         .batch = *options,
                                         .growth_ms = growth_ms(child)};
    if (options->generate.boundaries != NULL) {
        request->boundaries = *options->generate.boundaries;
        request->batch.generate.boundaries = &request->boundaries;
    }
    if (options->enumeration != NULL) {
        shared->enumeration = *options->enumeration;
        request->batch.enumeration = &shared->enumeration;
    }
    shared->result = (struct ac_batch){.programs = 0};
}

/* --- send it, and wait --- */

/* What an earlier request left must not explain the end of this one. */
static void clear_traces(struct ac_child *child) {
    struct ac_child_shared *shared = child->shared;
    ac_child_empty_output(child);
    shared->alarm.raised = shared->alarm.writes = false;
    shared->broken = false;
    shared->crash.count = shared->crash.complete = 0;
    shared->progress.in_call = 0;
    shared->progress.stage = AC_STAGE_PROGRAM;
    shared->progress.refused = 0;
    shared->race.running = shared->race.dying = shared->race.found = 0;
    child->gave_up = false;
    child->unfinished = (struct ac_unfinished){.ms = 0};
}

enum ac_child_wait ac_child_exchange(struct ac_child *child, int *status) {
    if (child->link < 0 && !ac_child_start_process(child))
        return AC_WAIT_NO_PROCESS;
    clear_traces(child);
    if (send(child->link, "?", 1, MSG_NOSIGNAL) != 1) {
        ac_child_explain(child, "the process ended before its first request");
        ac_child_end_process(child);
        return AC_WAIT_NO_PROCESS;
    }
    return ac_child_wait(child, status);
}

/* --- read the reply, or diagnose why there is none --- */

static enum ac_child_end attempt(struct ac_child *child, enum ac_child_wait *wait) {
    int status = 0;
    *wait = ac_child_exchange(child, &status);
    return *wait == AC_WAIT_REPLY ? AC_CHILD_RAN : ac_child_diagnose(child, *wait, status);
}

/* Not in a race: threads that blocked each other once have done so, however the next run goes. */
static bool is_tried_again(const struct ac_child_request *request) {
    const bool is_batch = request->kind == AC_CHILD_RUNS_BATCH;
    return !ac_child_is_race(request) && !(is_batch && request->batch.once);
}

/* A call that does not return is tried again from the start, and the second attempt decides. */
static enum ac_child_end attempt_twice(struct ac_child *child, enum ac_child_wait *wait) {
    const struct ac_batch before = child->shared->result;
    enum ac_child_end end = attempt(child, wait);
    if (*wait == AC_WAIT_STUCK && is_tried_again(&child->shared->request)) {
        child->shared->result = before;
        end = attempt(child, wait);
    }
    return end;
}

/* Memory that earlier programs left in the process is not this program's fault. *again: it reached
 * the memory limit after others, and must run once more, alone in a process. */
static enum ac_child_end perform(struct ac_child *child, bool *again) {
    struct ac_child_shared *shared = child->shared;
    enum ac_child_wait wait;
    enum ac_child_end end = attempt_twice(child, &wait);
    *again = wait == AC_WAIT_FULL && shared->begun > 1;
    if ((wait == AC_WAIT_FULL && !*again) || wait == AC_WAIT_OVERTIME) {
        shared->result.sum.counts.over_memory += wait == AC_WAIT_FULL;
        shared->result.sum.counts.over_time += wait == AC_WAIT_OVERTIME;
        shared->result.sum.counts.calls += shared->progress.calls - shared->calls_before;
    }
    if (wait == AC_WAIT_REPLY && ac_resident_of(child->pid) > ac_child_memory(child) / 2)
        ac_child_renew(child);
    return end;
}

static enum ac_child_end run(struct ac_child *child, const struct ac_program *program,
                             const struct ac_child_request *request, struct ac_report *report) {
    bool again;
    *report = (struct ac_report){.found = false};
    if (!write_request(child, program, request))
        return AC_CHILD_FAILED;
    enum ac_child_end end = perform(child, &again);
    if (again)
        end = perform(child, &again);
    *report = child->shared->result.sum;
    return end;
}

/* --- the requests --- */

enum ac_child_end ac_child_run(struct ac_child *child, const struct ac_program *program,
                               struct ac_report *report) {
    return run(child, program, &(struct ac_child_request){.kind = AC_CHILD_RUNS}, report);
}

enum ac_child_end ac_child_race(struct ac_child *child, const struct ac_program *program,
                                const struct ac_race_options *options, struct ac_report *report) {
    const struct ac_child_request request = {.kind = AC_CHILD_RACES,
                                             .race = {.seed = options->seed,
                                                      .rounds = options->rounds,
                                                      .growth_rounds = options->growth_rounds}};
    enum ac_child_end end = run(child, program, &request, report);
    if (report->found)
        ac_child_renew(child);
    return end;
}

enum ac_child_end ac_child_batch(struct ac_child *child, const struct ac_batch_options *options,
                                 struct ac_batch *batch) {
    struct ac_batch *result = &child->shared->result;
    struct ac_batch_options *left = &child->shared->request.batch;
    enum ac_child_end end = AC_CHILD_RAN;
    bool again;
    write_batch(child, options);
    /* Repeats only if a process ended without a finding of an oracle that checks, or for lack of
     * memory. */
    while (end == AC_CHILD_RAN && !result->sum.found && result->programs < options->count) {
        left->first_seed = options->first_seed + result->programs;
        left->count = options->count - result->programs;
        end = perform(child, &again);
        result->programs -= again;
    }
    if (options->race_rounds > 0 && result->sum.found)
        ac_child_renew(child);
    *batch = *result;
    return end;
}

enum ac_child_end ac_child_cost(struct ac_child *child, const struct ac_program *program,
                                enum ac_cost_of of, struct ac_cost *cost) {
    const struct ac_report *sum = &child->shared->result.sum;
    enum ac_child_wait wait;
    ac_child_renew(child);
    if (!write_request(child, program,
                       &(struct ac_child_request){.kind = AC_CHILD_MEASURES, .cost_of = of}))
        return AC_CHILD_FAILED;
    enum ac_child_end end = attempt(child, &wait);
    if (end == AC_CHILD_RAN && wait != AC_WAIT_REPLY) {
        ac_child_explain(child, "%s",
                         sum->found ? sum->finding.actual : "it reached the memory limit");
        end = AC_CHILD_FAILED;
    } else if (end == AC_CHILD_TIMEOUT) {
        ac_child_explain(child, "it took too long");
    }
    *cost = child->shared->cost;
    return end;
}

/* --- the replay oracles: three requests --- */

static void check_digests(struct ac_report *sum, uint64_t fresh, uint32_t end) {
    sum->checked[AC_ORACLE_DETERMINISTIC]++;
    if (sum->digest != fresh) {
        sum->found = true;
        ac_finding_at(&sum->finding, AC_ORACLE_DETERMINISTIC, end);
        strcpy(sum->finding.expected, "the same answers in a fresh process");
        strcpy(sum->finding.actual, "other answers");
    }
}

/* False: a limit ended the run. */
static bool is_whole(const struct ac_report *report) {
    return report->counts.over_memory == 0 && report->counts.over_time == 0;
}

/* Not if a limit ended the fresh run, or a trap refused pages: which request it refuses
 * depends on the pages that a process happens to have. */
static bool is_comparable(const struct ac_child *child, const struct ac_report *sum,
                          const struct ac_report *fresh) {
    return is_whole(fresh) && !(child->options.target.trapped && sum->counts.refused != 0);
}

/* False: the replay is over; *end says how. */
static bool add_replay(struct ac_child *child, const struct ac_program *program,
                       struct ac_report *report, enum ac_child_end *end) {
    struct ac_report more;
    const struct ac_child_request request = {.kind = AC_CHILD_REPLAYS};
    *end = run(child, program, &request, &more);
    ac_report_add(report, &more);
    return *end == AC_CHILD_RAN && !report->found && is_whole(report);
}

static enum ac_child_end replay(struct ac_child *child, const struct ac_program *program,
                                struct ac_report *report) {
    struct ac_report fresh;
    enum ac_child_end end = ac_child_run(child, program, report);
    if (end != AC_CHILD_RAN || report->found || !is_whole(report) ||
        !add_replay(child, program, report, &end) ||
        !(child->options.oracles & AC_ORACLE_BIT(AC_ORACLE_DETERMINISTIC)))
        return end;
    ac_child_renew(child);
    end = ac_child_run(child, program, &fresh);
    ac_report_add(report, &fresh);
    if (end == AC_CHILD_RAN && !report->found && is_comparable(child, report, &fresh))
        check_digests(report, fresh.digest, (uint32_t)program->count);
    return end;
}

enum ac_child_end ac_child_replay(struct ac_child *child, const struct ac_program *program,
                                  struct ac_report *report) {
    if (child->options.program_ms != 0)
        child->program_deadline = ac_now_ms() + child->options.program_ms;
    const enum ac_child_end end = replay(child, program, report);
    child->program_deadline = 0;
    return end;
}
