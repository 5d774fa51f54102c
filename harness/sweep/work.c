// SPDX-License-Identifier: MIT
// A worker's share of the runs.
#include "sweep.h"

#include "campaign/children.h"

#include <stdio.h>

enum {
    ENOUGH = 16, /* findings of a program: its other runs are skipped; */
    HANGS = 1,   /* the same of hangs, which take seconds each */
};

struct part {
    struct worker *worker;
    const struct campaign *campaign;
    const struct sweep *sweep;
    struct sweep_tally *tally;
    struct ac_child *child;
    const struct sweep_program *program; /* of the current run */
    unsigned findings, hangs;            /* of that program */
    bool over;                           /* the time limit expired */
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
    counts_add_report(counts, report);
    /* After a crash there are no counts. */
    const bool crashed = report->found && report->counts.page_requests == 0;
    const bool refused = crashed || run->nth == 0 || report->counts.page_requests >= run->nth;
    part->tally->refused += refused;
    part->tally->unreached += !refused;
}

static void report_finding(struct part *part, uint64_t id, const struct ac_finding *finding) {
    part->findings++;
    part->hangs += finding->oracle == AC_ORACLE_LIVENESS;
    worker_report(part->worker,
                  &(struct worker_finding){.first = id, .id = id, .finding = *finding});
}

/* An allocator that ends its process when it is refused pages does so in every run: the first is
 * enough. */
static bool is_known_end(struct part *part) {
    return ac_child_gave_up(part->child) && atomic_exchange(&part->sweep->shared->gave_up, true);
}

static void run_one(struct part *part, uint64_t id, const struct sweep_run *run) {
    struct campaign_counts *counts = worker_counts(part->worker);
    struct ac_report report;
    if (!sweep_is_stateless(part->campaign))
        ac_child_renew(part->child);
    const enum ac_child_end end = sweep_do(part->child, run, &report);
    if (end == AC_CHILD_RAN) {
        count(part, &report, run);
        if (report.found && !is_known_end(part))
            report_finding(part, id, &report.finding);
    } else {
        counts_add_failure(counts, part->child, end, NULL, false);
        part->over |= end == AC_CHILD_TIMEOUT;
    }
}

static void run_part(struct part *part) {
    const uint64_t jobs = part->campaign->options.jobs;
    uint64_t id = worker_index(part->worker);
    for (; id < part->sweep->runs && !part->over && worker_goes_on(part->worker); id += jobs) {
        const struct sweep_run run = sweep_run_at(part->sweep, id);
        enter(part, run.of);
        if (part->sweep->shared->gave_up)
            part->tally->ending++;
        else if (has_enough(part))
            part->tally->enough++;
        else
            run_one(part, id, &run);
    }
}

void sweep_work(struct worker *worker, const struct campaign *campaign) {
    const struct sweep *sweep = campaign->engine_data;
    struct part part = {.worker = worker,
                        .campaign = campaign,
                        .sweep = sweep,
                        .tally = &sweep->shared->tallies[worker_index(worker)],
                        .child =
                            campaign_new_child(campaign, campaign->options.target_options.oracles)};
    if (part.child == NULL) {
        worker_fail(worker, "out of memory");
        return;
    }
    campaign_limit_child(campaign, part.child, CAMPAIGN_UNTIL_END);
    run_part(&part);
    ac_child_delete(part.child);
}
