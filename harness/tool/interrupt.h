// SPDX-License-Identifier: MIT
// Ctrl-C for commands that stop early and keep their results.
#ifndef ALLOCHECK_TOOL_INTERRUPT_H
#define ALLOCHECK_TOOL_INTERRUPT_H

#include <stdbool.h>

/* Blocks SIGINT, SIGTERM and SIGHUP, so that interrupt_pending() sees them: they disturb no program
 * that runs, here or in a child (a terminal sends them to both), and no finding is lost. A signal
 * that was ignored at the start stays ignored. */
void interrupt_hold(void);

bool interrupt_pending(void);

/* The pending signal; 0: none. */
int interrupt_signal(void);

/* Unblocks the signals: a pending one ends the process here. */
void interrupt_release(void);

#endif
