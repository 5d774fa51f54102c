// SPDX-License-Identifier: MIT
// Joins programs that ran one after another into one.
#ifndef ALLOCHECK_JOIN_H
#define ALLOCHECK_JOIN_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes the program of an index; the same whenever it is asked. False: out of memory. */
typedef bool (*ac_program_at)(void *ctx, uint64_t index, struct ac_program *program);

/* Joins the programs 0 .. count - 1 (at least one), which ran one after another on an allocator
 * without instances, into one: each has slots of its own, and ends as a run does, with no frame
 * open, no refusal planned and nothing live. The head is the last one's, with the largest limit of
 * all. As many of the first ones are left out as it takes to stay below AC_MAX_CALLS; *joined is
 * how many remain. False: out of memory, the program is empty. */
bool ac_join(struct ac_program *program, ac_program_at at, void *ctx, uint64_t count,
             uint64_t *joined);

#ifdef __cplusplus
}
#endif
#endif
