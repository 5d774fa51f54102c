// SPDX-License-Identifier: MIT
// Measures for a command: with a status line if it takes long, until a signal.
#ifndef ALLOCHECK_TOOL_MEASURING_H
#define ALLOCHECK_TOOL_MEASURING_H

#include "allocheck/measure.h"

/* Options for ac_measure; `most_ms` as there. Begins the status line, which shows `progress`. */
struct ac_measure_options measuring_begin(struct ac_measure_progress *progress,
                                          enum ac_measure_depth depth, uint64_t most_ms);

/* Ends the status line. */
void measuring_end(void);

#endif
