// SPDX-License-Identifier: MIT
// One conversion of `allocheck convert'.
#ifndef ALLOCHECK_CONVERT_H
#define ALLOCHECK_CONVERT_H

#include "tool/c_names.h"
#include "session/session.h"

enum convert_source { CONVERT_PROGRAM, CONVERT_REP, CONVERT_MTRACE };

struct conversion {
    enum convert_source from;
    const char *out;        /* file; NULL: standard output */
    struct session session; /* form of standard input; for C, also the run that finds */
    /* For C only: see export/export.h. */
    struct c_names c_names;
    bool names;
    bool verifies; /* checks the C file: status 1 if it does not show the finding */
};

/* Opens an input; of a trace of another tool it makes a program, and prints what it dropped. False:
 * a message has been printed, and nothing needs to be closed. */
bool convert_open(struct input *input, const char *name, const struct conversion *conversion);

/* Each writes the opened input in one form and returns an exit status; on an error it has printed
 * a message and written nothing. */
int convert_to_text(const struct conversion *conversion, struct input *input);
int convert_to_bytes(const struct conversion *conversion, struct input *input);
int convert_to_rep(const struct conversion *conversion, struct input *input);
/* Runs the program on the target first. With a race, spreads it over threads. */
int convert_to_c(const struct conversion *conversion, struct input *input);

#endif
