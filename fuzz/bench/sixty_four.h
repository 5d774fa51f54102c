// SPDX-License-Identifier: MIT
// The programs for measuring speed: 64 calls each, sizes as in the default head, at most 64 KiB
// live.
#ifndef FUZZ_BENCH_SIXTY_FOUR_H
#define FUZZ_BENCH_SIXTY_FOUR_H

#include "allocheck/program.h"

#include <stdbool.h>
#include <stdint.h>

enum { SIXTY_FOUR_CALLS = 64, SIXTY_FOUR_BYTES = 64 << 10 };

/* Fills `program`; the same seed gives the same program. False: out of memory. */
bool sixty_four_calls(struct ac_program *program, uint64_t seed);

#endif
