// SPDX-License-Identifier: MIT
// Blocks of programs with consecutive ids, run in a worker's child. A block starts in a fresh
// process, so its results depend neither on the number of workers nor on earlier findings.
#ifndef ALLOCHECK_CAMPAIGN_BLOCKS_H
#define ALLOCHECK_CAMPAIGN_BLOCKS_H

#include "workers.h"

struct blocks {
    struct worker *worker;
    const struct campaign *campaign;
    struct ac_child *child;
    struct ac_batch_options batch; /* how programs are made; first_seed is that of id 0 */
    /* The class of a program, and the id after the last one of that class; NULL: no classes. */
    unsigned (*class_of)(const struct campaign *campaign, uint64_t id, uint64_t *end);
    unsigned first_class; /* added to it */
    uint64_t most_chunk;  /* programs between two looks at the clock, at most */
    /* --- what is known (allocheck/known.h) --- */
    struct ac_without without; /* of all programs, whatever is known */
    bool spares;               /* programs go on after what is known, and avoid it, */
    unsigned met;              /* after this many findings in a block */
    uint64_t born;             /* id of the first program in the child's process */
    uint64_t chunk;
    unsigned lost; /* in a row */
};

/* Runs the programs first .. end - 1, until the worker is to stop, and reports their findings. With
 * batch.replay they count as replayed only. A block meets a few known findings in full, so that
 * other bugs with the same check, or after it, do not stay hidden; then it spares them. */
void blocks_run(struct blocks *blocks, uint64_t first, uint64_t end);

/* In the parent: runs the programs first .. id of a batch again in a child's process. True: the
 * last one shows a finding. */
bool blocks_again(struct ac_child *child, const struct ac_batch_options *batch, uint64_t first,
                  uint64_t id, struct ac_finding *finding);

/* What a run by these blocks accepts now. */
struct ac_accepted blocks_accept(const struct blocks *blocks);

/* Counts a request to a child that ended without a result; `again': as counts_add_failure. */
void blocks_count_failure(struct blocks *blocks, const struct ac_child *child,
                          enum ac_child_end end, bool again);

/* False: the worker is to stop, or no process can be started any more. */
bool blocks_go_on(const struct blocks *blocks);

/* True if no-growth needs few rounds, because pages come from the harness. */
bool blocks_loops_are_short(const struct campaign *campaign);

#endif
