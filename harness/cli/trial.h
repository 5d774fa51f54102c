// SPDX-License-Identifier: MIT
// What the commands that test an allocator have in common: which one, and what is judged.
#ifndef ALLOCHECK_CLI_TRIAL_H
#define ALLOCHECK_CLI_TRIAL_H

#include "allocheck/codec.h"
#include "allocheck/oracle.h"
#include "allocheck/subject.h"

#include <argp.h>

struct trial {
    struct ac_subject subject;
    ac_oracle_set oracles;
    uint64_t memory;          /* bytes that a process of it may have resident; 0: AC_MEMORY */
    const char *profile_file; /* that declares subject.profile; NULL: none */
    bool trap;                /* requests for pages, where the allocator takes no page source */
};

/* Parses --allocator, --oracles, --memory, --profile and --trap as a child of a command's own argp,
 * into the struct trial that the command gives it (child_inputs of ARGP_KEY_INIT). A trial starts
 * as the default allocator and all oracles. A library that declares no profile is measured. A usage
 * error ends the program. */
extern const struct argp trial_argp;

/* Traps its requests for pages where the option says so, or an input that expects it, and they can
 * be. False: the input expects it, and here they cannot. */
bool trial_expect(struct trial *trial, const struct ac_expect *expect);

/* The allocator of a name or a path, measured where it declares no profile; one that is none ends
 * the program with status 2. */
struct ac_subject trial_subject(struct argp_state *state, const char *name);

#endif
