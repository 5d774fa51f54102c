// SPDX-License-Identifier: MIT
// Exports a program as a C file that reproduces its finding without allocheck.
#ifndef ALLOCHECK_EXPORT_H
#define ALLOCHECK_EXPORT_H

#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct export_options {
    const struct ac_target *target; /* of the run */
    const char *input;              /* its name, for the comment; NULL: none */
    const char *command;            /* reproduces the finding; NULL: none */
    const char *prefix;    /* of function names (`my_' for my_malloc); NULL: libc's names */
    bool interface;        /* call ac_allocator even if names suffice */
    unsigned call_seconds; /* time limit for a liveness finding; 0: 5 */
};

enum { EXPORT_REASON = 200 };

/* The result. */
struct exported {
    bool interface;             /* the file calls ac_allocator; else function names */
    char reason[EXPORT_REASON]; /* why there is no file */
};

/* Writes a self-contained C11 file. It exits with 1 and one line, or dies by a signal, while the
 * finding is present, else exits with 0. `finding` is from a run on the target; NULL: none, the
 * file then checks all it can. The file calls functions by name if that can show the finding, else
 * ac_allocator. False: nothing is written and the reason names the oracle; this holds for findings
 * that need several processes or a sanitizer, and for a prefix if names cannot show the finding. */
bool export_c(const struct export_options *options, const struct ac_program *program,
              const struct ac_finding *finding, FILE *to, struct exported *exported);

/* The same for a finding of a race run: the threads of the file run concurrently, for many rounds,
 * each with its own ops, and hand slots over in program order. The first failed check ends the
 * file. Refuses programs that end threads, fork, refuse pages or free in bulk, and findings that
 * need a sanitizer. */
bool export_race_c(const struct export_options *options, const struct ac_program *program,
                   const struct ac_finding *finding, FILE *to, struct exported *exported);

#ifdef __cplusplus
}
#endif
#endif
