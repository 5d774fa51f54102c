// SPDX-License-Identifier: MIT
// The parts of `allocheck run`.
#ifndef ALLOCHECK_CLI_RUN_H
#define ALLOCHECK_CLI_RUN_H

#include "input.h"
#include "paths.h"
#include "trial.h"

#include "allocheck/child.h"

/* One `allocheck run`. */
struct session {
    const char *command; /* as typed, without its arguments; NULL: `allocheck run` */
    struct trial trial;
    bool inline_only; /* no replay oracles */
    enum input_form form;
    bool print_counts;
    double timeout;   /* seconds; 0: none */
    double call_time; /* seconds that a call may take; 0: as children take it */
    char **names;     /* as on the command line, NULL at the end */

    struct paths paths;
    struct ac_child *child;
    struct ac_report sum;
    size_t ran;       /* inputs that were run to their end or a finding */
    size_t findings;  /* inputs with a finding that was not expected, or without the expected one */
    size_t troubles;  /* inputs that could not be read or run, stored ones that did nothing */
    size_t idle;      /* inputs of which no call ran */
    size_t satisfied; /* inputs with the finding that they expect */
    bool timed_out;
};

/* Reads the command line into *session; a usage error ends the program. */
void run_parse(struct session *session, int argc, char **argv);

/* Runs every path of the session. False: no child could be had. */
bool run_all(struct session *session);

/* Says what came of one input. */
void run_judge(struct session *session, const struct input *input, const struct ac_report *report);

/* Ends standard output with what was run, and how often each oracle judged where asked for. */
void run_print_summary(const struct session *session);

#endif
