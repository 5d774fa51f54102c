// SPDX-License-Identifier: MIT
// What the parts of the engine `random' share, in one worker.
#ifndef ALLOCHECK_CLI_FUZZ_RANDOM_H
#define ALLOCHECK_CLI_FUZZ_RANDOM_H

#include "fuzz_blocks.h"

enum { RANDOM_BLOCK = 2048 }; /* programs: few enough to be joined into one */

struct random_engine {
    const struct campaign *campaign;
    struct blocks inlined;  /* one program after another */
    struct ac_child *check; /* runs single programs under the replay oracles, */
    struct ac_child *quick; /* the same without no-growth */
};

/* Makes the program of an id: 0, 1, 2 ... False: out of memory. */
bool random_make(const struct campaign *campaign, uint64_t id, struct ac_program *program);

/* fuzz_random_replay.c */

/* Puts some of the programs [first, end), a block, through the replay oracles, each in a process of
 * its own. Which ones does not depend on what came of others. */
void random_replay_block(struct random_engine *engine, uint64_t first, uint64_t end);

#endif
