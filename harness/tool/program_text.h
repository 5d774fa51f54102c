// SPDX-License-Identifier: MIT
// Programs that commands write, in text form.
#ifndef ALLOCHECK_TOOL_PROGRAM_TEXT_H
#define ALLOCHECK_TOOL_PROGRAM_TEXT_H

#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

#include <stdio.h>

/* The text form of a program; to be freed. NULL: out of memory. */
char *program_text(const struct ac_program *program);

/* Writes it. False: out of memory. */
bool program_put(FILE *to, const struct ac_program *program);

/* Writes a comment that says which finding the program shows. No command reads it. */
void program_put_shown(FILE *to, const struct ac_program *program, enum ac_oracle oracle,
                       const struct ac_target *target);

/* Writes the line `# expect: finding ORACLE on TARGET` that `allocheck run` reads; without the name
 * if that could not be parsed. */
void program_put_expectation(FILE *to, const struct ac_program *program, enum ac_oracle oracle,
                             const struct ac_target *target);

#endif
