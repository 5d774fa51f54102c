// SPDX-License-Identifier: MIT
// What a child is asked, and what its answer, or its end, comes to.
#define _GNU_SOURCE
#include "child_private.h"

#include "run/journal.h"
#include "pages/resident.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static enum ac_child_end found(struct ac_child *child, const struct ac_finding *finding) {
    struct ac_report *report = &child->shared->result.sum;
    if (child->options.oracles & AC_ORACLE_BIT(finding->oracle)) {
        report->found = true;
        report->finding = *finding;
        report->checked[finding->oracle]++;
    }
    return AC_CHILD_RAN;
}

/* What the process saw before it ended in a call, or did not return from it. */
static void end_journal(struct ac_child *child) {
    const struct ac_alarm *alarm = &child->shared->alarm;
    if (child->journal != NULL) {
        ac_journal_end(child->journal, alarm->raised ? alarm->address : AC_NO_ADDRESS);
    }
}

/* A program that took all memory there is for it, with none before it in its process. */
static void count_truncated(struct ac_child_shared *shared) {
    shared->result.sum.counts.over_memory++;
    shared->result.sum.counts.calls += shared->progress.calls - shared->calls_before;
}

/* What a request came to that the child did not answer. */
static enum ac_child_end unanswered(struct ac_child *child, enum ac_child_wait wait, int status) {
    struct ac_finding finding;
    switch (wait) {
    case AC_WAIT_ENDED:
        ac_child_forget_process(child);
        if (ac_child_raced(child, &finding)) {
            return found(child, &finding);
        }
        if (ac_child_death(child, status, &finding)) {
            end_journal(child);
            return found(child, &finding);
        }
        if (!child->shared->broken) {
            ac_child_explain(child, "killed from outside");
        }
        return AC_CHILD_FAILED;
    case AC_WAIT_STUCK:
        if (!ac_child_raced(child, &finding)) {
            ac_child_stuck(child, &finding);
        }
        ac_child_end_process(child);
        end_journal(child);
        return found(child, &finding);
    case AC_WAIT_FULL:
        ac_child_end_process(child);
        return AC_CHILD_RAN;
    default:
        ac_child_end_process(child);
        return AC_CHILD_TIMEOUT;
    }
}

/* One request to a process that may have to be started. */
static enum ac_child_end ask(struct ac_child *child, enum ac_child_wait *wait) {
    int status = 0;
    *wait = AC_WAIT_ENDED;
    if (child->link < 0 && !ac_child_start_process(child)) {
        return AC_CHILD_FAILED;
    }
    ac_child_empty_output(child);
    child->shared->alarm.raised = child->shared->alarm.writes = false;
    child->shared->broken = false;
    child->shared->progress.in_call = 0;
    child->shared->progress.refused = 0;
    child->shared->race.running = child->shared->race.dying = child->shared->race.found = 0;
    child->gave_up = false;
    if (send(child->link, "?", 1, MSG_NOSIGNAL) != 1) {
        ac_child_explain(child, "the process ended before it was asked anything");
        ac_child_end_process(child);
        return AC_CHILD_FAILED;
    }
    *wait = ac_child_wait(child, &status);
    return *wait == AC_WAIT_REPLY ? AC_CHILD_RAN : unanswered(child, *wait, status);
}

/* A call that did not return is tried again from the start: the second time decides. */
static enum ac_child_end ask_twice(struct ac_child *child, enum ac_child_wait *wait) {
    struct ac_batch before = child->shared->result;
    enum ac_child_end end = ask(child, wait);
    if (*wait == AC_WAIT_STUCK) {
        child->shared->result = before;
        end = ask(child, wait);
    }
    return end;
}

/* Threads that stopped each other once have done so, however the next run goes. */
static bool is_race(const struct ac_child *child) {
    const struct ac_child_request *request = &child->shared->request;
    return request->races || (request->generated && request->batch.race_rounds > 0);
}

/* What programs have left after in a process is no program's fault: one that is stopped at the
 * bound of memory runs again, alone in a process. *again: it has not run yet. */
static enum ac_child_end reserve_ops(struct ac_child *child, bool *again) {
    enum ac_child_wait wait;
    enum ac_child_end end = is_race(child) ? ask(child, &wait) : ask_twice(child, &wait);
    *again = wait == AC_WAIT_FULL && child->shared->begun > 1;
    if (wait == AC_WAIT_FULL && !*again) {
        count_truncated(child->shared);
    }
    if (wait == AC_WAIT_REPLY && ac_resident_of(child->pid) > ac_child_memory(child) / 2) {
        ac_child_renew(child);
    }
    return end;
}

/* Leaves a program where the child finds it. False: out of memory. */
static bool share_program(struct ac_child *child, const struct ac_program *program) {
    if (!ac_child_reserve_ops(child, program->count)) {
        ac_child_explain(child, "out of memory");
        return false;
    }
    if (program->count > 0) {
        memcpy(child->ops, program->ops, program->count * sizeof *program->ops);
    }
    child->shared->result = (struct ac_batch){.programs = 0};
    return true;
}

void ac_child_refuse(struct ac_child *child, struct ac_refusal refusal) {
    child->refusal = refusal;
}

/* `request' says how; which program it is, is filled in. */
static enum ac_child_end run_as(struct ac_child *child, const struct ac_program *program,
                                const struct ac_child_request *request, struct ac_report *report) {
    *report = (struct ac_report){.found = false};
    if (!share_program(child, program)) {
        return AC_CHILD_FAILED;
    }
    if (child->journal != NULL) {
        ac_journal_reset(child->journal);
    }
    child->shared->request = *request;
    child->shared->request.refusal = child->refusal;
    child->shared->request.head = program->head;
    child->shared->request.ops = program->count;
    bool again;
    enum ac_child_end end = reserve_ops(child, &again);
    if (again) {
        end = reserve_ops(child, &again);
    }
    *report = child->shared->result.sum;
    return end;
}

static enum ac_child_end run_one(struct ac_child *child, const struct ac_program *program,
                                 bool replay, struct ac_report *report) {
    const struct ac_child_request request = {.replay = replay};
    return run_as(child, program, &request, report);
}

enum ac_child_end ac_child_race(struct ac_child *child, const struct ac_program *program,
                                const struct ac_race_options *options, struct ac_report *report) {
    const struct ac_child_request request = {.races = true,
                                             .race = {.seed = options->seed,
                                                      .rounds = options->rounds,
                                                      .growth_rounds = options->growth_rounds}};
    enum ac_child_end end = run_as(child, program, &request, report);
    if (report->found) {
        ac_child_renew(child);
    }
    return end;
}

enum ac_child_end ac_child_run(struct ac_child *child, const struct ac_program *program,
                               struct ac_report *report) {
    return run_one(child, program, false, report);
}

static void add_run(struct ac_report *sum, const struct ac_report *more) {
    ac_report_add(sum, more);
    if (more->found) {
        sum->found = true;
        sum->finding = more->finding;
    }
}

static bool was_truncated(const struct ac_report *report) {
    return report->counts.over_memory != 0;
}

/* Which request is refused depends on pages that a process happens to have. */
static bool is_comparable(const struct ac_child *child, const struct ac_report *report) {
    return !child->options.target.trapped || report->counts.refused == 0;
}

static void check_digests(struct ac_report *sum, uint64_t fresh, uint32_t end) {
    sum->checked[AC_ORACLE_DETERMINISTIC]++;
    if (sum->digest == fresh) {
        return;
    }
    sum->found = true;
    sum->finding = (struct ac_finding){.oracle = AC_ORACLE_DETERMINISTIC,
                                       .op = end,
                                       .slot = AC_NO_SLOT,
                                       .other_slot = AC_NO_SLOT,
                                       .block = UINT32_MAX,
                                       .first_wrong = UINT64_MAX,
                                       .last_wrong = UINT64_MAX};
    snprintf(sum->finding.expected, AC_EVIDENCE, "the same answers in a fresh process");
    snprintf(sum->finding.actual, AC_EVIDENCE, "other answers");
}

enum ac_child_end ac_child_replay(struct ac_child *child, const struct ac_program *program,
                                  struct ac_report *report) {
    struct ac_report more;
    enum ac_child_end end = run_one(child, program, false, report);
    if (end != AC_CHILD_RAN || report->found || was_truncated(report)) {
        return end;
    }
    end = run_one(child, program, true, &more);
    add_run(report, &more);
    if (end != AC_CHILD_RAN || report->found ||
        !(child->options.oracles & AC_ORACLE_BIT(AC_ORACLE_DETERMINISTIC))) {
        return end;
    }
    ac_child_renew(child);
    end = run_one(child, program, false, &more);
    add_run(report, &more);
    if (end == AC_CHILD_RAN && !report->found && !was_truncated(&more) &&
        is_comparable(child, report)) {
        check_digests(report, more.digest, (uint32_t)program->count);
    }
    return end;
}

enum ac_child_end ac_child_cost(struct ac_child *child, const struct ac_program *program,
                                enum ac_cost_of of, struct ac_cost *cost) {
    enum ac_child_wait wait;
    ac_child_renew(child);
    if (!share_program(child, program)) {
        return AC_CHILD_FAILED;
    }
    child->shared->request = (struct ac_child_request){
        .measure = true, .cost_of = of, .head = program->head, .ops = program->count};
    enum ac_child_end end = ask(child, &wait);
    if (end == AC_CHILD_RAN && wait != AC_WAIT_REPLY) {
        bool ended = child->shared->result.sum.found;
        ac_child_explain(child, "%s",
                         ended ? child->shared->result.sum.finding.actual
                               : "it reached the bound of memory");
        end = AC_CHILD_FAILED;
    } else if (end == AC_CHILD_TIMEOUT) {
        ac_child_explain(child, "it took too long");
    }
    *cost = child->shared->cost;
    return end;
}

static void prepare_campaign(struct ac_child *child, const struct ac_batch_options *options) {
    struct ac_child_request *request = &child->shared->request;
    *request = (struct ac_child_request){.generated = true, .batch = *options};
    if (options->generate.boundaries != NULL) {
        request->boundaries = *options->generate.boundaries;
        request->batch.generate.boundaries = &request->boundaries;
    }
    if (options->enumeration != NULL) {
        child->shared->enumeration = *options->enumeration;
        request->batch.enumeration = &child->shared->enumeration;
    }
    child->shared->result = (struct ac_batch){.programs = 0};
}

enum ac_child_end ac_child_batch(struct ac_child *child, const struct ac_batch_options *options,
                                 struct ac_batch *batch) {
    struct ac_batch *result = &child->shared->result;
    struct ac_batch_options *left = &child->shared->request.batch;
    enum ac_child_end end = AC_CHILD_RAN;
    bool again;
    prepare_campaign(child, options);
    /* More than one round only where a process ended by what no oracle in force calls a finding, or
     * for want of memory. */
    while (end == AC_CHILD_RAN && !result->sum.found && result->programs < options->count) {
        left->first_seed = options->first_seed + result->programs;
        left->count = options->count - result->programs;
        end = reserve_ops(child, &again);
        result->programs -= again;
    }
    if (options->race_rounds > 0 && result->sum.found) {
        ac_child_renew(child);
    }
    *batch = *result;
    return end;
}
