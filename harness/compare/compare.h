// SPDX-License-Identifier: MIT
// The parts of `allocheck compare`.
#ifndef ALLOCHECK_CLI_COMPARE_H
#define ALLOCHECK_CLI_COMPARE_H

#include "session/session.h"
#include "tool/open_target.h"

/* One allocator of a comparison: what `allocheck run' would say of it, and how it agrees with the
 * first. */
struct contestant {
    struct session session; /* its child runs the programs */
    bool ran;               /* the program at hand, to its end or a finding */
    struct ac_report report;

    uint64_t compared, skipped; /* answers, as in struct ac_agreement */
    size_t programs;            /* of which answers were compared */
    size_t disagreements;       /* programs in which it disagrees with the first */
};

/* One `allocheck compare`. */
struct comparison {
    struct targets targets;
    ac_oracle_set oracles;
    uint64_t memory; /* of struct target options */
    enum input_form form;
    double timeout; /* seconds; 0: none */
    char **names;   /* as on the command line, NULL at the end */

    struct paths paths;
    struct contestant *contestants; /* as many as targets, in their order */
    size_t troubles;                /* inputs that could not be read */
    size_t missed;                  /* inputs without the disagreement that they expect */
    bool timed_out;
};

/* Reads the command line; a usage error ends the program. */
void compare_parse(struct comparison *comparison, int argc, char **argv);

/* Runs every path on every allocator and says what is found. False: no child could be had. */
bool compare_all(struct comparison *comparison);

/* Compares what all answered to the program of `input` and says where they differ. */
void compare_check(struct comparison *comparison, const struct input *input);

/* Ends standard output with what was run and compared. */
void compare_print_summary(const struct comparison *comparison);

#endif
