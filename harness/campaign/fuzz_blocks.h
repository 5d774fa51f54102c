// SPDX-License-Identifier: MIT
// In a worker: programs of consecutive ids, run in a child in blocks. Each block starts in a fresh
// process, so what comes of it does not depend on how many processes work, nor on what was found
// before it.
#ifndef ALLOCHECK_CLI_FUZZ_BLOCKS_H
#define ALLOCHECK_CLI_FUZZ_BLOCKS_H

#include "fuzz_workers.h"

struct blocks {
    struct worker *worker;
    const struct campaign *campaign;
    struct ac_child *child;
    struct ac_batch_options batch; /* how programs are made; first_seed is that of id 0 */
    uint64_t most_chunk;           /* programs between two looks at the clock, at most */
    uint64_t born;                 /* id of the first program in the child's process */
    uint64_t chunk;
    unsigned lost; /* in a row */
};

/* Runs the programs with the ids first .. end - 1 until the worker is to stop, and reports what
 * they show. Programs of a campaign through the replay oracles are counted as replayed only. */
void blocks_run(struct blocks *blocks, uint64_t first, uint64_t end);

/* Counts a request to a child, of the blocks or another one, that did not end with a result. */
void blocks_lose(struct blocks *blocks, const struct ac_child *child, enum ac_child_end end);

/* False: the worker is to stop, or no process can be had any more. */
bool blocks_go_on(const struct blocks *blocks);

/* True where pages come from the harness: there a loop shows in few rounds whether it grows. */
bool blocks_loops_are_short(const struct campaign *campaign);

#endif
