// SPDX-License-Identifier: MIT
// Reads finding.json files.
#ifndef ALLOCHECK_RESULTS_SAVED_FINDING_H
#define ALLOCHECK_RESULTS_SAVED_FINDING_H

#include "also_seen.h"

struct cJSON; /* of cJSON.h */

enum { SAVED_FINDING_ERROR = 160 };

/* Strings other than the folder belong to the object and live as long. */
struct saved_finding {
    char *folder;
    struct cJSON *finding;
    const char *name, *oracle, *op_kind, *allocator; /* mandatory members */
    const char *op, *actual, *reproduce;             /* NULL: absent */
    char **arguments; /* of `reproduce`, after the tool's name; NULL at the end; NULL: absent */
    bool confirmed;   /* it showed again, in a fresh process */
    bool in_process;  /* or, if this is set, only after the programs of the engine's process */
};

/* Reads FOLDER/finding.json. False: `error' says why in one line, without the file's name. */
bool saved_finding_read(struct saved_finding *saved, const char *folder,
                        char error[SAVED_FINDING_ERROR]);
void saved_finding_close(struct saved_finding *saved);

/* How many other places the cause was seen at; *place is the one with this index, if it exists. */
size_t saved_finding_also_seen(const struct saved_finding *saved, size_t index, const char **place);
/* Replaces these places in the object. */
void saved_finding_set_also_seen(struct saved_finding *saved, const struct also_seen *places);

#endif
