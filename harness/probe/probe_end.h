// SPDX-License-Identifier: MIT
// The end of a probe's process, as a result.
#ifndef ALLOCHECK_PROBE_END_H
#define ALLOCHECK_PROBE_END_H

#include <stdbool.h>

struct ac_probe_state;

/* How a process ended. */
struct ac_probe_end {
    const int *status; /* of waitpid; NULL: the call did not return */
    int output;        /* a file with what the process wrote */
    bool reported;     /* by a sanitizer, which then ended it */
};

/* Records how the process of the probe `at` ended: a misuse was caught, or a legal call was fatal;
 * otherwise records nothing. */
void ac_probe_note_end(struct ac_probe_state *state, const struct ac_probe_end *end);

#endif
