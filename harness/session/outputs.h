// SPDX-License-Identifier: MIT
// Files of results for other tools: --junit, --sarif and --json, the same in every command.
#ifndef ALLOCHECK_SESSION_OUTPUTS_H
#define ALLOCHECK_SESSION_OUTPUTS_H

#include "results/results.h"

#include <argp.h>

enum output_form { OUTPUT_JUNIT, OUTPUT_SARIF, OUTPUT_JSON, OUTPUT_FORMS };

/* Starts all zero. */
struct outputs {
    const char *names[OUTPUT_FORMS]; /* of files; `-': standard output; NULL: none */
    FILE *document; /* standard output, if one of them goes there; prints go to stderr then */
};

/* Parses the options into a struct outputs, as a child of a command's argp. */
extern const struct argp outputs_argp;

/* For --help of the commands that have them. */
#define OUTPUTS_HELP                                                                               \
    "You can combine --junit, --sarif and --json. Each file is written atomically, also on "       \
    "timeout or Ctrl-C. If FILE is -, the results go to standard output and everything else to "   \
    "standard error.\n"

/* True if there are outputs. */
bool outputs_wanted(const struct outputs *outputs);

/* Checks that they can be written, before anything runs. False: a message has been printed. */
bool outputs_open(struct outputs *outputs);

/* Writes each of them atomically, and ends them. False: a message has been printed. */
bool outputs_write(struct outputs *outputs, const struct results *results);

#endif
