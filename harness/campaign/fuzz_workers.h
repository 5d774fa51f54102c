// SPDX-License-Identifier: MIT
// Processes that run programs for an engine of this tool, at the same time. What runs is named by
// an id, from which the engine makes the program again.
#ifndef ALLOCHECK_CLI_FUZZ_WORKERS_H
#define ALLOCHECK_CLI_FUZZ_WORKERS_H

#include "fuzz.h"

/* One of them, in its own process. */
struct worker;
struct worker_find;

struct workers_plan {
    /* In the worker: runs programs until worker_goes_on says no, or it has no more. */
    void (*work)(struct worker *worker, const struct campaign *campaign);
    /* In the parent: the program of an id. False: out of memory. */
    bool (*make)(const struct campaign *campaign, uint64_t id, struct ac_program *program);
    /* In the parent: where the program of an id comes from, for people. */
    void (*describe)(const struct campaign *campaign, uint64_t id, char *text, size_t capacity);
    /* In the parent: makes a candidate of what a worker has found. NULL: `make' and `describe' do.
     */
    void (*check)(struct campaign *campaign, const struct worker_find *find);
};

/* Runs the plan in as many processes as the user wants, until all are done or the campaign is over;
 * adds what they counted to the campaign's counts. False: a message has been printed. */
bool workers_run(struct campaign *campaign, const struct workers_plan *plan);

/* --- in the worker --- */

unsigned worker_index(const struct worker *worker); /* 0 .. jobs - 1 */
bool worker_goes_on(const struct worker *worker);
/* Of the worker alone; `behaviours' of them is not used, worker_saw tells more. */
struct campaign_counts *worker_counts(struct worker *worker);
/* Adds what the worker's programs looked like: a map of behaviour.h. */
void worker_saw(struct worker *worker, const uint8_t *map);

/* Notes why the worker cannot go on; its parent prints it. */
void worker_fail(struct worker *worker, const char *trouble);

/* A program that showed something: `id`, the last one of those that ran in its process, which were
 * first .. id. `replay`: under the replay oracles, alone in its process. */
struct worker_find {
    uint64_t first, id;
    bool replay;
    struct ac_finding finding;
};

/* Hands it to the parent and waits until that has dealt with it. */
void worker_report(struct worker *worker, const struct worker_find *find);

#endif
