// SPDX-License-Identifier: MIT
// The status line of a command that takes long: one for the process, rewritten in place on the
// terminal. It appears after a second, in colour where the terminal has it (NO_COLOR turns that
// off), never wraps, and is gone before other output if that calls status_clear().
//
// Where there is no terminal, or one that cannot erase a line (TERM=dumb), a command may log plain
// lines instead: after 1, 3, 7, 15 ... seconds, then one a minute. Not for several threads.
#ifndef ALLOCHECK_TOOL_STATUS_H
#define ALLOCHECK_TOOL_STATUS_H

#include "status_line.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Adds the parts of the current line; the time since the beginning comes before them. */
typedef void status_draw(void *ctx, struct status_line *line);

/* Begins a status line, on standard error if that is a terminal, else on standard output if that is
 * one, else as plain lines in `log` (NULL: none). */
void status_begin(status_draw *draw, void *ctx, FILE *log);

/* Draws the line if it is time to. Cheap: call it many times a second. Does nothing outside of
 * status_begin() and status_end(). */
void status_tick(void);

/* The same as a callback that asks whether to stop: false. */
bool status_poll(void);

/* Erases the line until the next tick; call it before other output. */
void status_clear(void);

/* Erases the line for good. */
void status_end(void);

/* Replaces the clock, in milliseconds, for tests. */
void status_set_clock(uint64_t (*clock)(void));

/* In a process that was forked between begin and end: the line is the parent's. */
void status_leave(void);

#endif
