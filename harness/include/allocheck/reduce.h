// SPDX-License-Identifier: MIT
// Fewer ops, same finding: joins programs that ran one after another, and drops what is not needed.
#ifndef ALLOCHECK_REDUCE_H
#define ALLOCHECK_REDUCE_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* True when a program still shows what is looked for. It may keep no reference to the program. */
typedef bool (*ac_still)(void *ctx, const struct ac_program *program);

struct ac_reduce_options {
    uint64_t max_tries;      /* calls of `still`, at most */
    bool (*stop)(void *ctx); /* asked before each of them: true ends the reduction; NULL: never */
    void *ctx;               /* first argument of `still` and `stop` */
};

struct ac_reduced {
    uint64_t tries; /* calls of `still` */
    bool minimal;   /* every single op was tried: without any of them, it shows no more */
};

/* Drops ops from a program that shows it, as long as it still does: halves, then quarters, then
 * smaller runs of ops, at last single ones until none can be dropped. The head and the ops that
 * stay are as they were, in their order. The same for the same program and the same answers.
 * False: out of memory, the program is as it was. */
bool ac_reduce(struct ac_program *program, ac_still still, const struct ac_reduce_options *options,
               struct ac_reduced *result);

/* Makes the program of an index; the same whenever it is asked. False: out of memory. */
typedef bool (*ac_program_at)(void *ctx, uint64_t index, struct ac_program *program);

/* Joins the programs 0 .. count - 1 (at least one), which ran one after another on an allocator
 * without instances, into one: each has slots of its own, and ends as a run does, with no frame
 * open, no refusal planned and nothing lent. The head is the last one's, with the largest limit of
 * all. As many of the first ones are left out as it takes to stay below AC_MAX_CALLS; *joined is
 * how many remain. False: out of memory, the program is empty. */
bool ac_join(struct ac_program *program, ac_program_at at, void *ctx, uint64_t count,
             uint64_t *joined);

#ifdef __cplusplus
}
#endif
#endif
