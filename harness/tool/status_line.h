// SPDX-License-Identifier: MIT
// The text of a status line: parts in the order of their importance, fitted into a width.
#ifndef ALLOCHECK_TOOL_STATUS_LINE_H
#define ALLOCHECK_TOOL_STATUS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATUS_PARTS = 12, STATUS_PART = 160, STATUS_TEXT = 1024, STATUS_NUMBER = 32 };

enum status_tone { STATUS_PLAIN, STATUS_QUIET, STATUS_GOOD, STATUS_WARN, STATUS_BAD };

struct status_part {
    char text[STATUS_PART];
    enum status_tone tone;
    bool is_bar, is_name;
};

struct status_line {
    struct status_part parts[STATUS_PARTS]; /* further ones are dropped */
    size_t count;
    double share; /* of the bar; 0 .. 1 */
};

/* Adds a part; of a part without text nothing is shown. */
void status_add(struct status_line *line, enum status_tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds `1,234 programs'; `what' is singular, and gets an s unless count is 1. */
void status_add_count(struct status_line *line, enum status_tone tone, uint64_t count,
                      const char *what);

/* Adds the name of a file, one for a line, which is shortened at its beginning to fit. */
void status_add_name(struct status_line *line, const char *name);

/* Adds a bar, one for a line. It takes the room that the other parts leave. */
void status_add_bar(struct status_line *line, double share);

/* Adds `1:05 left', or, if it may take longer than is known, `at least 1:05 left'. */
void status_add_left(struct status_line *line, double seconds, bool at_least);

/* Adds bar, time left and `3 of 7' of `total' equal steps. Nothing if total is 0. */
void status_add_steps(struct status_line *line, uint64_t done, uint64_t total, double seconds);

/* Writes the line in at most `columns' columns: parts are left out from the end until the others
 * fit. Colours are escape sequences. Returns `text', of STATUS_TEXT bytes. */
const char *status_print(const struct status_line *line, size_t columns, bool colour, char *text);

/* `0:07', `12:30', `3 h 05 min', `2 days'. Returns `text'. */
const char *status_duration(double seconds, char text[STATUS_NUMBER]);

/* `1,234,567'. Returns `text'. */
const char *status_number(uint64_t number, char text[STATUS_NUMBER]);

#endif
