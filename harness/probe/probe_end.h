// SPDX-License-Identifier: MIT
// The end of a probe's process, as a result.
#ifndef ALLOCHECK_PROBE_END_H
#define ALLOCHECK_PROBE_END_H

struct ac_probe_state;

/* Records how the process of the probe `at` ended: a misuse was caught, or a legal call was fatal;
 * otherwise records nothing. *status is that of waitpid; NULL: the call did not return. `output` is
 * a file with the process's last words. */
void ac_probe_note_end(struct ac_probe_state *state, const int *status, int output);

#endif
