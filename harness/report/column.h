// SPDX-License-Identifier: MIT
// One member of many structs as a JSON array: a page holds hundreds of thousands of numbers, and
// columns are the short way to write them.
#ifndef ALLOCHECK_REPORT_COLUMN_H
#define ALLOCHECK_REPORT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

/* What a value stands for that is no number. */
enum column_none {
    COLUMN_PLAIN,     /* each value is a number */
    COLUMN_SIGNED,    /* two's complement */
    COLUMN_NULL,      /* all ones: not known, null */
    COLUMN_MINUS_ONE, /* all ones: none, -1 */
};

struct column {
    const char *name;
    size_t offset, size; /* of the member, in bytes; size 1, 4 or 8 */
    enum column_none none;
};

#define COLUMN(type, member, none)                                                                 \
    { #member, offsetof(type, member), sizeof(((type *)0)->member), none }

/* Adds that member of `count` structs, `stride` bytes apart, as an array. Numbers that a double
 * would round (beyond 2^53) are strings. */
void column_add(struct cJSON *to, const struct column *column, const void *first, size_t stride,
                size_t count);

/* Adds that member of one struct. */
void column_add_member(struct cJSON *to, const struct column *column, const void *from);

#endif
