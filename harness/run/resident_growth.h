// SPDX-License-Identifier: MIT
// no-growth of an allocator without a page source: the resident memory of the process must stop
// rising.
#ifndef ALLOCHECK_RESIDENT_GROWTH_H
#define ALLOCHECK_RESIDENT_GROWTH_H

#include "runner.h"

/* The loop of ac_growth_loop. It takes ac_resident_rounds, and more if memory rises. */
void ac_resident_loop(struct ac_runner *runner);

/* The rounds for a program with that many calls a round (ac_round_calls) and live bytes. */
uint64_t ac_resident_rounds(const struct ac_program *program, uint64_t calls, uint64_t live);

/* False: what rises may be the memory of a sanitizer. */
bool ac_resident_memory_counts(const struct ac_program *program);

#endif
