// SPDX-License-Identifier: MIT
// What the mutators of both engines share.
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include "allocheck/codec.h"
#include "allocheck/mutate.h"

/* Ops of the longest program that mutation makes: short ones run faster and find as much. */
enum { MUTATOR_MOST_OPS = 96 };

/* Every page source, every group that one thread can run: what an allocator does not offer is
 * counted and skipped, and one corpus serves all. ALLOCHECK_GROUPS leaves only some groups (a
 * set as a decimal number), ALLOCHECK_BOUNDARIES gives size-class boundaries: numbers with commas
 * between. */
const struct ac_generate_options *mutator_options(void);

/* Changes a program as ac_mutate does, or puts a fresh one in its place: bugs that two or three
 * calls show are nearer to nothing than to what an engine has kept. False: out of memory. */
bool mutator_change(struct ac_program *program, uint64_t seed);

#endif
