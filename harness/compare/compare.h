// SPDX-License-Identifier: MIT
// The same programs on several allocators, and where their answers differ.
#ifndef ALLOCHECK_COMPARE_H
#define ALLOCHECK_COMPARE_H

#include "session/session.h"
#include "tool/open_target.h"

/* One allocator of a comparison: its results as in `allocheck run', and its agreement with the
 * first allocator. */
struct contestant {
    struct session session; /* its child runs the programs */
    bool ran;               /* the current program, to its end or a finding */
    struct ac_report report;

    uint64_t compared, skipped; /* answers, as in struct ac_agreement */
    size_t programs;            /* with compared answers */
    size_t disagreements;       /* programs in which it differs from the first */
};

struct comparison {
    struct targets targets;
    ac_oracle_set oracles;
    uint64_t memory; /* as in struct target_options */
    struct input_options inputs;
    double timeout; /* seconds; 0: none */
    char **names;   /* as on the command line, NULL at the end */

    struct paths paths;
    struct contestant *contestants; /* in the order of the targets */
    size_t troubles;                /* inputs that could not be read */
    size_t missed;                  /* inputs without the expected disagreement */
    bool timed_out;
    size_t at;         /* index of the program that runs */
    uint64_t start_ms; /* of the first program */
};

/* Runs every program on every allocator, prints what differs and a summary. Returns an exit
 * status. */
int compare_run(struct comparison *comparison);

/* --- agreement.c --- */

/* Compares the answers of all allocators to one program and prints where they differ. */
void compare_check(struct comparison *comparison, const struct input *input);

void compare_print_summary(const struct comparison *comparison);

#endif
