// SPDX-License-Identifier: MIT
// One member of many structs as a JSON array: the compact form for hundreds of thousands of
// numbers.
#ifndef ALLOCHECK_REPORT_JSON_COLUMN_H
#define ALLOCHECK_REPORT_JSON_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

/* How values become JSON. */
enum column_none {
    COLUMN_PLAIN,     /* numbers */
    COLUMN_SIGNED,    /* two's complement */
    COLUMN_NULL,      /* all ones (unknown) become null */
    COLUMN_MINUS_ONE, /* all ones (none) become -1 */
};

struct json_column {
    const char *name;
    size_t offset, size; /* of the member, in bytes; size 1, 4 or 8 */
    enum column_none none;
};

#define COLUMN(type, member, none)                                                                 \
    { #member, offsetof(type, member), sizeof(((type *)0)->member), none }

/* Adds the member of `count` structs, `stride` bytes apart, as an array. Numbers above 2^53, which
 * a double would round, become strings. */
void json_column_add(struct cJSON *to, const struct json_column *column, const void *first,
                     size_t stride, size_t count);

/* Adds the member of one struct. */
void json_column_add_member(struct cJSON *to, const struct json_column *column, const void *from);

#endif
