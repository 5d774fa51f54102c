// SPDX-License-Identifier: MIT
// A C file whose threads race, on its way.
#ifndef EXPORT_RACE_C_H
#define EXPORT_RACE_C_H

#include "export_write.h"
#include "race_walk.h"

enum { RACE_NUMBER = 32, RACE_VALUES = 16 };

/* One file. */
struct race_file {
    const struct export_options *options;
    const struct ac_program *program;
    const struct ac_finding *finding;
    const struct ac_allocator *allocator;
    bool interface;
    struct race_walk walk;
    char *banner, *text, *names; /* what goes into the template */
    char numbers[RACE_VALUES][RACE_NUMBER];
};

/* race_steps.c */

/* True for an op that is written; one that is not changes nothing of what is checked, or the file
 * is refused. */
bool race_takes(const struct ac_op *op);

/* The function of each thread, and their names with commas between them. */
void race_put_threads(FILE *to, FILE *names, const struct race_file *file);

#endif
