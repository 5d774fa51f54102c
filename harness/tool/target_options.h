// SPDX-License-Identifier: MIT
// What the commands that test an allocator have in common: which one, and what is checked.
#ifndef ALLOCHECK_CLI_TARGET_OPTIONS_H
#define ALLOCHECK_CLI_TARGET_OPTIONS_H

#include "allocheck/codec.h"
#include "allocheck/oracle.h"
#include "allocheck/target.h"

#include <argp.h>

struct target_options {
    struct ac_target target;
    ac_oracle_set oracles;
    uint64_t memory;          /* bytes that a process of it may have resident; 0: AC_MEMORY */
    const char *profile_file; /* that declares target.profile; NULL: none */
    bool trap;                /* requests for pages, where the allocator takes no page source */
};

/* Parses --allocator, --oracles, --memory, --profile and --trap as a child of a command's own argp,
 * into the struct target options that the command gives it (child_inputs of ARGP_KEY_INIT). A
 * target options starts as the default allocator and all oracles. A library that declares no
 * profile is measured. A usage error ends the program. */
extern const struct argp target_argp;

/* Traps its requests for pages where the option says so, or an input that expects it, and they can
 * be. False: the input expects it, and here they cannot. */
bool target_expect(struct target_options *target_options, const struct ac_expect *expect);

/* The allocator of a name or a path, measured where it declares no profile; one that is none ends
 * the program with status 2. */
struct ac_target target_named(struct argp_state *state, const char *name);

#endif
