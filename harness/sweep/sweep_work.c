// SPDX-License-Identifier: MIT
// The runs of a sweep, in the processes that share them.
#include "sweep.h"

#include <stdio.h>

enum {
    ENOUGH = 16,     /* findings of a program, after which its other runs are left out, */
    HANGS = 1,       /* and of these, which take seconds each */
    LATE_MS = 11000, /* what a call that hangs may take to be told, when the time is over */
};

/* One worker's part. */
struct part {
    struct worker *worker;
    const struct campaign *campaign;
    const struct sweep *sweep;
    struct sweep_tally *tally;
    struct ac_child *child;
    const struct sweep_program *program; /* that it is at */
    unsigned findings, hangs;            /* of that program */
    bool over;                           /* it cannot go on, or the time is over */
};

static void enter(struct part *part, const struct sweep_program *program) {
    if (part->program != program) {
        part->program = program;
        part->findings = part->hangs = 0;
    }
}

static bool has_enough(const struct part *part) {
    return part->findings >= ENOUGH || part->hangs >= HANGS;
}

static void count(struct part *part, const struct ac_report *report, const struct sweep_run *run) {
    struct campaign_counts *counts = worker_counts(part->worker);
    counts->programs++;
    ac_report_add(&counts->sum, report);
    counts->sum.found = false;
    /* A run that ended in a crash has counted nothing. */
    const bool crashed = report->found && report->counts.page_requests == 0;
    const bool hit = crashed || run->k == 0 || report->counts.page_requests >= run->k;
    part->tally->hit += hit;
    part->tally->unreached += !hit;
}

static void report_find(struct part *part, uint64_t id, const struct ac_finding *finding) {
    part->findings++;
    part->hangs += finding->oracle == AC_ORACLE_LIVENESS;
    worker_report(part->worker, &(struct worker_find){.first = id, .id = id, .finding = *finding});
}

/* An allocator that ends its process when it is refused pages does so in every run: once told, it
 * tells nothing more. */
static bool is_known_end(struct part *part) {
    return ac_child_gave_up(part->child) && atomic_exchange(&part->sweep->shared->gave_up, true);
}

static void run_one(struct part *part, uint64_t id, const struct sweep_run *run) {
    struct campaign_counts *counts = worker_counts(part->worker);
    struct ac_report report;
    if (!sweep_is_stateless(part->campaign)) {
        ac_child_renew(part->child);
    }
    switch (sweep_do(part->child, run, &report)) {
    case AC_CHILD_RAN:
        count(part, &report, run);
        if (report.found && !is_known_end(part)) {
            report_find(part, id, &report.finding);
        }
        break;
    case AC_CHILD_TIMEOUT:
        counts->unfinished++;
        part->over = true;
        break;
    default:
        counts->lost++;
    }
}

static void run_part(struct part *part) {
    const uint64_t jobs = part->campaign->options.jobs;
    uint64_t id = worker_index(part->worker);
    for (; id < part->sweep->runs && !part->over && worker_goes_on(part->worker); id += jobs) {
        const struct sweep_run run = sweep_run_at(part->sweep, id);
        enter(part, run.of);
        if (part->sweep->shared->gave_up) {
            part->tally->ended++;
        } else if (has_enough(part)) {
            part->tally->left_out++;
        } else {
            run_one(part, id, &run);
        }
    }
}

void sweep_work(struct worker *worker, const struct campaign *campaign) {
    const struct sweep *sweep = campaign_kept(campaign);
    struct part part = {
        .worker = worker,
        .campaign = campaign,
        .sweep = sweep,
        .tally = &sweep->shared->tallies[worker_index(worker)],
        .child = campaign_new_child(campaign, campaign->options.target_options.oracles, 0)};
    if (part.child == NULL) {
        worker_fail(worker, "out of memory");
        return;
    }
    campaign_limit_child(campaign, part.child, LATE_MS);
    run_part(&part);
    ac_child_delete(part.child);
}
