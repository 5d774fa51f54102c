// SPDX-License-Identifier: MIT
// What ran, counted for whoever watches a campaign from another process.
#ifndef FUZZ_ENGINE_COUNTERS_H
#define FUZZ_ENGINE_COUNTERS_H

#include "allocheck/run.h"

/* Maps the file that the environment variable ALLOCHECK_COUNTERS names; for LLVMFuzzerInitialize.
 * Each engine needs a file of its own, which all processes it forks later share. Where it names
 * none, nothing is counted. Counting changes nothing about a run. The file holds records of 32
 * bytes: a name of up to 24 bytes filled with zeros, and a 64-bit value in the machine's byte
 * order. */
void counters_open(void);

/* One input began. */
void counters_input(void);

/* The input's program was left to others: it would take too long. */
void counters_left(void);

/* One program ran: its ops and calls, its head's settings, and how often each oracle checked. */
void counters_program(const struct ac_program *program, const struct ac_report *report);

#endif
