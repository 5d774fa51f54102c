// SPDX-License-Identifier: MIT
// Writes a C file whose threads race.
#ifndef EXPORT_RACE_FILE_H
#define EXPORT_RACE_FILE_H

#include "write.h"
#include "race_plan.h"

enum { RACE_NUMBER = 32, RACE_VALUES = 16 };

struct race_file {
    const struct export_options *options;
    const struct ac_program *program;
    const struct ac_finding *finding;
    const struct ac_allocator *allocator;
    bool interface;
    const struct exported *exported;
    struct race_plan plan;
    char *banner, *text, *names, *library; /* for the template */
    char numbers[RACE_VALUES][RACE_NUMBER];
};

/* race_steps.c */

/* True for an op that the file contains. Others do not affect the checks, or prevent the file. */
bool race_supports(const struct ac_op *op);

/* Writes the function of each thread, and their names separated by commas. */
void race_put_threads(FILE *to, FILE *names, const struct race_file *file);

#endif
