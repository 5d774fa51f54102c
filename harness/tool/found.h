// SPDX-License-Identifier: MIT
// A finding, as it is printed for people.
#ifndef ALLOCHECK_CLI_FOUND_H
#define ALLOCHECK_CLI_FOUND_H

#include "allocheck/child.h"

/* What is said of a finding. */
struct found {
    const char *label; /* of the program: its file; NULL: none */
    const struct ac_program *program;
    const struct ac_finding *finding;
    const char *allocator;
    const char *command; /* that shows it again; NULL: none */
};

/* What more runs of a program tell of its finding. */
struct found_again {
    struct ac_event changed_by, first, second;
    /* Of these; NULL: not known. */
    const struct ac_event *culprit, *answer, *other_answer;
};

/* Runs the program of a finding again, as its child ran it. `again` is filled in and points into
 * itself. */
void found_run_again(struct found_again *again, const struct ac_child *child,
                     const struct ac_program *program, const struct ac_finding *finding);

/* Prints to standard output what the child's process wrote before it ended, a sanitizer's report
 * above all (NULL: nothing), and the finding. */
void found_print(const struct found *found, const struct ac_child *child);

#endif
