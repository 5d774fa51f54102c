// SPDX-License-Identifier: MIT
// Prints a finding for people.
#ifndef ALLOCHECK_TOOL_PRINT_FINDING_H
#define ALLOCHECK_TOOL_PRINT_FINDING_H

#include "allocheck/child.h"

struct finding_to_print {
    const char *label; /* the file of the program; NULL: none */
    const struct ac_program *program;
    const struct ac_finding *finding;
    const char *allocator; /* its name */
    const char *command;   /* reproduces the finding; NULL: none */
};

/* Prints to standard output what the child's process wrote before it ended, such as a sanitizer's
 * report, and the finding: in full if the child kept a journal. `child` may be NULL. */
void print_finding(const struct finding_to_print *to_print, const struct ac_child *child);

#endif
