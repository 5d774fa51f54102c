// SPDX-License-Identifier: MIT
// How the process of a probe ended, as a result.
#ifndef ALLOCHECK_MEASURE_END_H
#define ALLOCHECK_MEASURE_END_H

struct ac_probing;

/* Records the end of a process, with *status as of waitpid (NULL: it did not return, and had to be
 * ended), in the probe `at`: of a misuse, that it was caught; of a legal call, that it ended the
 * process; of anything else, nothing. `output` is a file with its last words. */
void ac_note_end(struct ac_probing *probing, const int *status, int output);

#endif
