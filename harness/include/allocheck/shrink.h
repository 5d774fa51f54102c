// SPDX-License-Identifier: MIT
// The simplest program that still shows what a program shows.
//
// Simpler means, in this order: fewer ops (one with a repeat counts as two; one that asks for most
// of the memory limit, or for more, as three, because `refuse` is the better way to fail a request;
// `largest` as three, because it hides a size); fewer calls, repeats expanded; fewer repeats; fewer
// threads; fewer settings in the head; plainer kinds of op (malloc before calloc before
// posix_memalign); fewer ops on other threads than the main one; plainer operands (numbers before
// 3*page-16 before max-7 before left-8); smaller operands; threads, then slots, numbered in order
// of appearance. Every candidate is simpler than its origin, so shrinking ends; if nothing stops
// it, the result is minimal: no single step makes it simpler.
#ifndef ALLOCHECK_SHRINK_H
#define ALLOCHECK_SHRINK_H

#include "generate.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What gets simpler; bits. */
enum ac_shrink_goal {
    AC_SHRINK_OPS = 1u << 0,      /* remove ops: runs, single ones, all of a slot, pairs */
    AC_SHRINK_REPEATS = 1u << 1,  /* fewer repeats, single ops; merge equal neighbours */
    AC_SHRINK_HEAD = 1u << 2,     /* the default source, quirks, limit ..., one by one */
    AC_SHRINK_KINDS = 1u << 3,    /* malloc instead of calloc, free of free_sized ... */
    AC_SHRINK_OPERANDS = 1u << 4, /* smaller and plainer numbers */
    AC_SHRINK_SLOTS = 1u << 5,    /* p0, p1 ... in order; one slot instead of two */
    AC_SHRINK_THREADS = 1u << 6,  /* merge threads, remove exits, number them 1, 2 ... */
    AC_SHRINK_ALL = (1u << 7) - 1,
};

enum { AC_SHRINK_BATCH = 64 }; /* candidates that can wait for a verdict */

/* --- step by step --- */

struct ac_shrink_plan {
    unsigned goals;                         /* enum ac_shrink_goal, bits; 0: all */
    const struct ac_boundaries *boundaries; /* sizes to try; NULL: none. Outlives the shrinker */
    size_t last_op; /* index of the op that shows the finding: ops after it go first; SIZE_MAX:
                       unknown */
};

/* The state of a search. Not for several threads. */
struct ac_shrinker;

/* Copies the program. Memory comes from the operating system. NULL: out of memory. */
struct ac_shrinker *ac_shrinker_new(const struct ac_program *program,
                                    const struct ac_shrink_plan *plan);
void ac_shrinker_delete(struct ac_shrinker *shrinker);

/* The next candidate, assuming that those made since the last ac_shrinker_conclude are rejected.
 * Valid until the next ac_shrinker_conclude. NULL: there are no more (if all that wait are
 * rejected), AC_SHRINK_BATCH wait, or ac_shrinker_failed. */
const struct ac_program *ac_shrinker_next(struct ac_shrinker *shrinker);

/* Of those that wait, the first `rejected` do not hold; `taken`: the one after them does, and is
 * the best from now on. The others are forgotten. The next candidates depend only on these
 * verdicts, not on how many candidates were made ahead. */
void ac_shrinker_conclude(struct ac_shrinker *shrinker, size_t rejected, bool taken);

/* The simplest program so far. Valid until the next ac_shrinker_conclude. */
const struct ac_program *ac_shrinker_best(const struct ac_shrinker *shrinker);

/* True once every candidate was rejected. */
bool ac_shrinker_is_minimal(const struct ac_shrinker *shrinker);
/* True once a candidate did not fit into memory. */
bool ac_shrinker_failed(const struct ac_shrinker *shrinker);

/* --- in one call --- */

struct ac_shrink_options {
    struct ac_shrink_plan plan;
    size_t batch;       /* candidates per check, 1 .. AC_SHRINK_BATCH; 0: 1. Changes no result */
    uint64_t max_tries; /* candidates checked; 0: no limit */
    /* Returns the index of the first of `count` candidates that holds, or `count`. It must have
     * checked all before that one. A result above `count` ends the search. Keeps no reference. */
    size_t (*check)(void *ctx, const struct ac_program *const *candidates, size_t count);
    bool (*stop)(void *ctx); /* called before each batch; true ends the search; NULL: never */
    void (*taken)(void *ctx, const struct ac_program *best); /* after each taken one; may be NULL */
    void *ctx;                                               /* first argument of all three */
};

struct ac_shrunk {
    uint64_t tries; /* candidates checked, up to the one that held */
    uint64_t taken; /* that held */
    bool minimal;   /* no single step makes it simpler */
};

/* Replaces a program by the simplest that `check` accepts; the result depends only on the program,
 * the plan and the verdicts. If the search ends early, it is the simplest so far; so it is if
 * memory runs out, and then the function returns false. */
bool ac_shrink(struct ac_program *program, const struct ac_shrink_options *options,
               struct ac_shrunk *result);

/* --- the size of a program --- */

struct ac_program_size {
    uint64_t ops;
    uint64_t calls;    /* ops, repeats expanded */
    uint64_t threads;  /* that it uses or ends, the main one included */
    uint64_t operands; /* numbers in its text: sizes, counts, alignments, repeats, threads, and head
                          settings that are not the default */
};

struct ac_program_size ac_program_measure(const struct ac_program *program);

/* True if `left` is simpler than `right`, in the order above. */
bool ac_program_simpler(const struct ac_program *left, const struct ac_program *right);

#ifdef __cplusplus
}
#endif
#endif
