// SPDX-License-Identifier: MIT
// Ctrl-C for commands that stop early and keep their results.
#ifndef ALLOCHECK_TOOL_INTERRUPT_H
#define ALLOCHECK_TOOL_INTERRUPT_H

#include <stdbool.h>

/* Blocks SIGINT, SIGTERM and SIGHUP, so that interrupt_pending() sees them: they disturb no program
 * that runs, here or in a child (a terminal sends them to both), and no finding is lost. A signal
 * that was ignored at the start stays ignored. */
void interrupt_hold(void);

/* True from the first signal on. A second one, more than a moment later, ends the process at once.
 * Ask many times a second. */
bool interrupt_pending(void);

/* The same while something runs, as the `stop' of a child: draws the status line too. */
bool interrupt_poll(void);

/* The first signal; 0: none yet. */
int interrupt_signal(void);

/* Unblocks the signals: if there was one, it ends the process here. */
void interrupt_release(void);

#endif
