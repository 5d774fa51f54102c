// SPDX-License-Identifier: MIT
// What the parts of the engine `random' share, in one worker.
#ifndef ALLOCHECK_CLI_FUZZ_RANDOM_H
#define ALLOCHECK_CLI_FUZZ_RANDOM_H

#include "fuzz_workers.h"

enum {
    RANDOM_BLOCK = 2048,   /* programs: few enough to be joined into one */
    RANDOM_MOST_LOST = 20, /* processes killed from outside, one after another */
};

struct random_engine {
    struct worker *worker;
    const struct hunt *hunt;
    struct ac_child *child; /* runs program after program */
    struct ac_child *judge; /* runs single programs under the replay oracles, */
    struct ac_child *quick; /* the same without no-growth */
    uint64_t born;          /* id of the first program in the child's process */
    uint64_t chunk;
    unsigned lost; /* in a row */
};

/* Makes the program of an id: 0, 1, 2 ... False: out of memory. */
bool random_make(const struct hunt *hunt, uint64_t id, struct ac_program *program);

bool random_goes_on(const struct random_engine *engine);

/* Counts a request that did not end with a result. */
void random_lose(struct random_engine *engine, const struct ac_child *child, enum ac_child_end end);

/* Hands over the program of an id, the last of those that ran in its process, from `first` on. */
void random_report(struct random_engine *engine, uint64_t first, uint64_t id, bool replay,
                   const struct ac_finding *finding);

/* fuzz_random_replay.c */

/* Puts some of the programs [first, end), a block, through the replay oracles, each in a process of
 * its own. Which ones does not depend on what came of others. */
void random_replay_block(struct random_engine *engine, uint64_t first, uint64_t end);

#endif
