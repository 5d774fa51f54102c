// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_TOOL_CLOCK_H
#define ALLOCHECK_TOOL_CLOCK_H

#include <stdint.h>

/* Milliseconds and microseconds of a clock that never goes back. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

#endif
