// SPDX-License-Identifier: MIT
// The engine `random` in one worker.
#ifndef ALLOCHECK_CAMPAIGN_RANDOM_H
#define ALLOCHECK_CAMPAIGN_RANDOM_H

#include "blocks.h"

enum { RANDOM_BLOCK = 2048 }; /* programs; few enough to be joined into one */

struct random_worker {
    const struct campaign *campaign;
    struct blocks blocks;          /* under the inline oracles */
    struct ac_child *replay_child; /* runs single programs under the replay oracles, */
    struct ac_child *quick_child;  /* the same without no-growth */
};

/* Makes the program of an id, from 0 on. False: out of memory. */
bool random_make(const struct campaign *campaign, uint64_t id, struct ac_program *program);

/* --- random_replay.c --- */

/* Runs some programs of the block first .. end - 1 under the replay oracles, each in a fresh
 * process. The choice does not depend on results. */
void random_replay_block(struct random_worker *random, uint64_t first, uint64_t end);

#endif
