// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_SIGNALS_H
#define ALLOCHECK_SIGNALS_H

#include <stdbool.h>

/* Restores default actions for fatal signals in a forked process: inherited handlers, of a test
 * framework or a sanitizer, would hide how it ends. `trapped': except for the signal of the system
 * call trap. */
void ac_reset_signals(bool trapped);

#endif
