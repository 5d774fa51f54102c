// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_SIGNALS_H
#define ALLOCHECK_SIGNALS_H

#include <stdbool.h>

/* In a forked process: signals that end it do so again. Handlers of its parent, a test framework's
 * or a sanitizer's, would hide how it ends. `trapped': but for the one that a trap answers. */
void ac_reset_signals(bool trapped);

#endif
