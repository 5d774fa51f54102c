// SPDX-License-Identifier: MIT
// Findings that were kept: finding.json, read again.
#ifndef ALLOCHECK_RESULTS_KEPT_H
#define ALLOCHECK_RESULTS_KEPT_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON; /* of cJSON.h */

enum { KEPT_TROUBLE = 160 };

/* One of them. Strings other than the folder are the object's, and last as long. */
struct kept {
    char *folder;
    struct cJSON *finding;
    const char *name, *oracle, *op_kind, *allocator; /* members that every finding has */
    const char *op, *actual, *reproduce;             /* NULL: it has none */
    bool confirmed;                                  /* it showed again in a fresh process */
};

/* Reads FOLDER/finding.json. False: `trouble' says why in one line without the file's name. */
bool kept_read(struct kept *kept, const char *folder, char trouble[KEPT_TROUBLE]);
void kept_close(struct kept *kept);

/* True when two show the same on the same allocator: their names, which are made of oracle, kinds
 * of ops and stack. */
bool kept_is_same(const struct kept *left, const struct kept *right);

/* Puts each that shows the same as one before after that one, and counts them: counts[i] is how
 * many show what at[i] shows where it is the first of them, else 0. */
void kept_group(struct kept *at, size_t *counts, size_t count);

#endif
