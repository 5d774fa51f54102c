// SPDX-License-Identifier: MIT
// Worker processes of the built-in engines. An id names a program; the engine can make it again.
#ifndef ALLOCHECK_CAMPAIGN_WORKERS_H
#define ALLOCHECK_CAMPAIGN_WORKERS_H

#include "campaign.h"

/* One worker, in its own process. */
struct worker;
struct worker_finding;

struct workers_plan {
    /* In the worker: runs programs until worker_goes_on() is false, or none is left. */
    void (*work)(struct worker *worker, const struct campaign *campaign);
    /* In the parent: makes the program of an id. False: out of memory. */
    bool (*make)(const struct campaign *campaign, uint64_t id, struct ac_program *program);
    /* In the parent: where the program of an id comes from. */
    void (*describe)(const struct campaign *campaign, uint64_t id, char *text, size_t capacity);
    /* In the parent: runs the programs first .. id again in one process, as a worker does. True:
     * the last one shows a finding. The command that does so; to be freed. NULL: neither. */
    bool (*again)(struct campaign *campaign, uint64_t first, uint64_t id,
                  struct ac_finding *finding);
    char *(*again_command)(const struct campaign *campaign, uint64_t first, uint64_t id);
    /* In the parent: makes a candidate of a worker's finding. NULL: `make` and `describe` do. */
    void (*take)(struct campaign *campaign, const struct worker_finding *reported);
};

/* Runs the plan in one process per job, until all are done or the campaign is over. Adds their
 * counts to those of the engine. False: a message has been printed. */
bool workers_run(struct campaign *campaign, const struct workers_plan *plan);

/* --- in the worker --- */

unsigned worker_index(const struct worker *worker); /* 0 .. jobs - 1 */
bool worker_goes_on(const struct worker *worker);
/* The worker's own counts. Behaviours do not count here, but by worker_add_behaviour. */
struct campaign_counts *worker_counts(struct worker *worker);
/* Adds the behaviour of the worker's programs, a map of behaviour.h. */
void worker_add_behaviour(struct worker *worker, const uint8_t *map);

/* What the campaign knows by now, for most programs to go on after or to leave out. */
struct ac_known worker_known(const struct worker *worker);

/* Records why the worker cannot go on; its parent prints it. */
void worker_fail(struct worker *worker, const char *trouble);

/* Program `id` showed a finding, after its process had run first .. id - 1. `replay`: under the
 * replay oracles, alone in its process. */
struct worker_finding {
    uint64_t first, id;
    bool replay;
    struct ac_without without;   /* that programs were made with, */
    struct ac_accepted accepted; /* and run with */
    struct ac_finding finding;
};

/* Hands a finding to the parent, and waits until it has been dealt with. */
void worker_report(struct worker *worker, const struct worker_finding *reported);

#endif
