// SPDX-License-Identifier: MIT
// A status line. On a terminal it is rewritten in place. Elsewhere, for example in a log, it
// becomes plain lines: after 1, 3, 7, 15 ... seconds, then one a minute.
#ifndef ALLOCHECK_TOOL_STATUS_H
#define ALLOCHECK_TOOL_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct status {
    FILE *to;
    unsigned rewrite_ms; /* between two rewrites on a terminal */
    bool on_terminal;
    bool open;      /* a line is on the terminal */
    unsigned lines; /* plain ones, so far */
    uint64_t next_ms;
};

void status_begin(struct status *status, FILE *to, unsigned rewrite_ms);

/* True once it is time for the next line. Cheap: meant for loops. */
bool status_is_due(const struct status *status);

/* Shows a line, cut to the width of the terminal. */
void status_show(struct status *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Erases the line; call it before other output. */
void status_clear(struct status *status);

#endif
