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

/* Prints to standard output what the child's process wrote before it ended, a sanitizer's report
 * above all (NULL: nothing), and the finding. */
void found_print(const struct found *found, const struct ac_child *child);

#endif
