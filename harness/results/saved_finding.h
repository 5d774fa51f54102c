// SPDX-License-Identifier: MIT
// Reads finding.json files and groups equal findings.
#ifndef ALLOCHECK_RESULTS_SAVED_FINDING_H
#define ALLOCHECK_RESULTS_SAVED_FINDING_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON; /* of cJSON.h */

enum { SAVED_FINDING_ERROR = 160 };

/* Strings other than the folder belong to the object and live as long. */
struct saved_finding {
    char *folder;
    struct cJSON *finding;
    const char *name, *oracle, *op_kind, *allocator; /* mandatory members */
    const char *op, *actual, *reproduce;             /* NULL: absent */
    char **arguments; /* of `reproduce`, after the tool's name; NULL at the end; NULL: absent */
    bool confirmed;   /* it showed again in a fresh process */
};

/* Reads FOLDER/finding.json. False: `error' says why in one line, without the file's name. */
bool saved_finding_read(struct saved_finding *saved, const char *folder,
                        char error[SAVED_FINDING_ERROR]);
void saved_finding_close(struct saved_finding *saved);

/* How many other places the cause was seen at; *place is the one with this index, if it exists. */
size_t saved_finding_also_seen(const struct saved_finding *saved, size_t index, const char **place);

/* True for the same name (oracle, kinds of ops, stack) on the same allocator. */
bool saved_finding_is_same(const struct saved_finding *left, const struct saved_finding *right);

/* Moves equal findings next to the first of them. counts[i]: how many are equal to at[i] if it is
 * the first of its group, else 0. */
void saved_findings_group(struct saved_finding *at, size_t *counts, size_t count);

#endif
