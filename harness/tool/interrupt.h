// SPDX-License-Identifier: MIT
// Ctrl-C, for commands that end what they do and keep what they have.
#ifndef ALLOCHECK_CLI_INTERRUPT_H
#define ALLOCHECK_CLI_INTERRUPT_H

#include <stdbool.h>

/* Signals to end are kept waiting from now on, for interrupt_waits to see: no program that runs is
 * disturbed, here or in a child (a terminal sends them to all), and nothing that was found is lost.
 * What was ignored when the tool was started stays ignored. */
void interrupt_hold(void);

/* True once one of them has come. */
bool interrupt_waits(void);

/* Which one; 0: none. */
int interrupt_signal(void);

/* Lets them come again: one that has come ends the process here, as it would have. */
void interrupt_release(void);

#endif
