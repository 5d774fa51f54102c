// SPDX-License-Identifier: MIT
// Counters of a campaign that another process can read.
#ifndef FUZZ_ENGINE_COUNTERS_H
#define FUZZ_ENGINE_COUNTERS_H

#include "allocheck/run.h"

/* Maps the file that ALLOCHECK_COUNTERS names; for LLVMFuzzerInitialize. If the variable is not
 * set, nothing is counted; runs are the same either way. Each engine needs its own file; the
 * processes that it forks share it. The file consists of 32-byte records: a zero-padded name of up
 * to 24 bytes, and a 64-bit value in native byte order. */
void counters_open(void);

/* An input starts. */
void counters_input(void);

/* The input's program was skipped because it is too slow. */
void counters_too_slow(void);

/* The input's program was skipped because it leads to known findings. */
void counters_left_out(void);

/* A program ran: counts its ops and calls, the settings of its head, and the checks of each
 * oracle. */
void counters_program(const struct ac_program *program, const struct ac_report *report);

#endif
