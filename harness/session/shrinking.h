// SPDX-License-Identifier: MIT
// One `allocheck shrink', around the search of shrink/: its status line and the program it writes.
#ifndef ALLOCHECK_SESSION_SHRINKING_H
#define ALLOCHECK_SESSION_SHRINKING_H

#include "tool/input.h"
#include "tool/race.h"
#include "tool/target_options.h"

#include "shrink/shrink_finding.h"

struct shrinking {
    struct target_options target_options;
    const char *name; /* of the input */
    const char *out;  /* file; NULL: standard output */
    struct input_options inputs;
    struct racing racing;
    unsigned jobs;
    double seconds;   /* 0: no limit */
    double call_time; /* limit of a call, in seconds; 0: the default of children */

    uint64_t start_ms;
    struct shrink_progress progress; /* at the last look */
};

/* Shrinks the input and writes the result. Prints errors. Returns an exit status. */
int shrinking_run(struct shrinking *shrinking);

/* --- shrink_progress.c --- */
void shrinking_begin(struct shrinking *shrinking); /* until status_end() */
void shrinking_tick(void *shrinking, const struct shrink_progress *progress);
void shrinking_print_end(const struct shrinking *shrinking, const struct ac_program *program,
                         const struct shrink_outcome *outcome);

/* --- shrink_text.c --- */

/* The program as text, with the input's comments and those about shrinking; to be freed. NULL: out
 * of memory. */
char *shrinking_text(const struct shrinking *shrinking, const struct input *input,
                     const struct shrink_outcome *outcome, size_t *length);

#endif
