// SPDX-License-Identifier: MIT
// The runner of a thread, for handlers of signals, fatal texts and sanitizer reports, which get no
// argument that leads to it.
#ifndef ALLOCHECK_CURRENT_H
#define ALLOCHECK_CURRENT_H

struct ac_runner;

/* The runner that the calling thread has set; NULL: none. Only threads of a race run set one:
 * elsewhere a process has one runner. Takes no lock and calls nothing. */
struct ac_runner *ac_current_runner(void);
void ac_set_current_runner(struct ac_runner *runner);

#endif
