// SPDX-License-Identifier: MIT
// Programs in the forms of others: a C file that shows a finding without this tool, CMU malloc-lab
// traces, logs of glibc's mtrace.
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
    const struct ac_target *target; /* that the program was run on */
    const char *input;              /* the program's name, for the comment; NULL: none */
    const char *command;            /* that shows the finding again; NULL: none */
    const char *prefix;    /* of the allocator's names (`my_' for my_malloc); NULL: those of libc */
    bool interface;        /* against ac_allocator, also where its names would do */
    unsigned call_seconds; /* of wall time that the C program may take where it is one of liveness;
                              0: 5 */
};

enum { EXPORT_REASON = 200 };

/* What came of an export. */
struct exported {
    bool interface; /* against ac_allocator and its header; else the allocator's names */
    char reason[EXPORT_REASON]; /* why there is none */
};

/* Writes a self-contained C11 file that ends with status 1 and one line, or by a signal, while the
 * finding is there, and with 0 where it is not. `finding` is what a run of the program on the
 * target gave; NULL: none, then all is checked that can be. The file calls the allocator's own
 * names where these can show the finding, else its ac_allocator. What only several processes or a
 * sanitizer show is refused, and so is a prefix where names do not show it: false, nothing is
 * written and the reason names the oracle. Takes memory from malloc. */
bool export_c(const struct export_options *options, const struct ac_program *program,
              const struct ac_finding *finding, FILE *to, struct exported *exported);

/* The same of a finding of a race run: threads that run at the same time, for many rounds, each
 * with its own ops; a slot goes from one to the next as the program says. It checks what needs no
 * order; one round that shows it ends the file. Ops that end threads, fork, refuse or free in bulk
 * are refused, and so is what only a sanitizer shows. */
bool export_race_c(const struct export_options *options, const struct ac_program *program,
                   const struct ac_finding *finding, FILE *to, struct exported *exported);

#ifdef __cplusplus
}
#endif
#endif
