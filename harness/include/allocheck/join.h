// SPDX-License-Identifier: MIT
// Joins programs that ran one after another in a process into one program.
#ifndef ALLOCHECK_JOIN_H
#define ALLOCHECK_JOIN_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes the program with an index: always the same one. False: out of memory. */
typedef bool (*ac_program_at)(void *ctx, uint64_t index, struct ac_program *program);

/* Joins the programs 0 .. count - 1 (count at least 1), which ran one after another on an allocator
 * without instances. Each program gets its own slots and ends as a run does: frames left, refusals
 * cancelled, blocks freed. The head is that of the last program, with the largest limit of all. The
 * first programs are dropped until the rest fits in AC_MAX_CALLS; *joined is the number kept.
 * False: out of memory, the program is empty. */
bool ac_join(struct ac_program *program, ac_program_at at, void *ctx, uint64_t count,
             uint64_t *joined);

#ifdef __cplusplus
}
#endif
#endif
