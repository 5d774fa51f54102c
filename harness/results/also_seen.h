// SPDX-License-Identifier: MIT
// The places at which one cause was seen.
#ifndef ALLOCHECK_RESULTS_ALSO_SEEN_H
#define ALLOCHECK_RESULTS_ALSO_SEEN_H

#include <stdbool.h>
#include <stddef.h>

enum { ALSO_SEEN = 32, ALSO_SEEN_TEXT = 120 };

/* Distinct places, in the order in which they were added: `must-fail at memalign: p0 = memalign 32
 * max'. Starts all zero. */
struct also_seen {
    size_t count;
    char at[ALSO_SEEN][ALSO_SEEN_TEXT];
};

/* Writes `ORACLE at KIND: OP'. `op': NULL: without an op. */
void also_seen_put(char text[ALSO_SEEN_TEXT], const char *oracle, const char *kind, const char *op);

/* True if both are `ORACLE at KIND', whatever their ops are. */
bool also_seen_is_one_place(const char *left, const char *right);

/* Adds a place with an ORACLE and a KIND that are not those of `own` and of no place that is
 * listed. False: they are, or the list is full. */
bool also_seen_add(struct also_seen *list, const char *own, const char *place);

#endif
