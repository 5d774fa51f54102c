// SPDX-License-Identifier: MIT
// What the mutators of both engines share.
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include "allocheck/codec.h"
#include "allocheck/known.h"
#include "allocheck/mutate.h"

/* Maximum ops of a mutated program: short programs run faster and find as much. */
enum { MUTATOR_MAX_OPS = 96 };

/* All page sources, and all groups of ops that one thread can run; ops that the allocator does not
 * offer are skipped, so one corpus serves all allocators. ALLOCHECK_GROUPS restricts the groups (a
 * set as a decimal number); ALLOCHECK_BOUNDARIES lists size-class boundaries, ALLOCHECK_WITHOUT
 * what to leave out (without.h), both comma-separated. */
const struct ac_generate_options *mutator_options(void);

/* Mutates a program as ac_mutate does, or replaces it by a fresh one: bugs that need only two or
 * three calls are closer to an empty program than to a corpus entry. False: out of memory. */
bool mutator_change(struct ac_program *program, uint64_t seed);

/* Writes the bytes of a program that was made from others, as ac_encode_fitting does, without what
 * the options leave out, and what leads to known findings (ALLOCHECK_KNOWN, known.h). */
size_t mutator_encode(struct ac_program *program, uint8_t *bytes, size_t capacity);

#endif
