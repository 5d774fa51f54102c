// SPDX-License-Identifier: MIT
// The simplest program that still shows what a program shows.
//
// Simpler is, in this order: fewer ops, where one that repeats is as many as two, and one that asks
// for most of the memory limit as two more (that a page is refused is better said by `refuse');
// fewer calls, with repeats counted; fewer ops that repeat; fewer threads; fewer settings of the
// head that are not the default; plainer kinds of op (malloc before calloc before posix_memalign);
// fewer ops on other threads than the main one; plainer operands (numbers before 3*page-16 before
// max-7); smaller ones; threads, then slots, numbered in the order in which they appear. Every
// candidate is simpler than what it is made from, so this comes to an end; where it does by itself,
// no single step more can be taken.
#ifndef ALLOCHECK_SHRINK_H
#define ALLOCHECK_SHRINK_H

#include "generate.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What candidates may do to a program; bits. */
enum ac_shrink_pass {
    AC_SHRINK_OPS = 1u << 0,      /* leave ops out: runs of them, single ones, all of a slot, two */
    AC_SHRINK_REPEATS = 1u << 1,  /* repeat less often, or as single ops; join equal neighbours */
    AC_SHRINK_HEAD = 1u << 2,     /* the default source, quirks, limit ..., one by one */
    AC_SHRINK_KINDS = 1u << 3,    /* malloc in place of calloc, free of free_sized ... */
    AC_SHRINK_OPERANDS = 1u << 4, /* smaller and plainer numbers */
    AC_SHRINK_SLOTS = 1u << 5,    /* p0, p1 ... in their order; one slot where two take turns */
    AC_SHRINK_THREADS = 1u << 6,  /* one takes over what another does; exits left out; 1, 2 ... */
    AC_SHRINK_ALL = (1u << 7) - 1,
};

enum { AC_SHRINK_BATCH = 64 }; /* candidates that can be made before one of them is checked */

/* --- step by step --- */

struct ac_shrink_plan {
    unsigned passes;                        /* enum ac_shrink_pass, bits; 0: all */
    const struct ac_boundaries *boundaries; /* sizes to try; NULL: none. Outlives the shrinker */
    size_t
        last_op; /* what is after this index is tried first to be left out; SIZE_MAX: not known */
};

/* Where a program has got to. */
struct ac_shrinker;

/* Starts from a program, which is copied. Memory comes from the operating system. Not for several
 * threads. NULL: out of memory. */
struct ac_shrinker *ac_shrinker_new(const struct ac_program *program,
                                    const struct ac_shrink_plan *plan);
void ac_shrinker_delete(struct ac_shrinker *shrinker);

/* The next candidate, on the assumption that those made since the last ac_shrinker_conclude will
 * all be rejected. Valid until then; at most AC_SHRINK_BATCH can wait. NULL: there is no more (as
 * long as all that wait are rejected), AC_SHRINK_BATCH wait, or ac_shrinker_failed. */
const struct ac_program *ac_shrinker_next(struct ac_shrinker *shrinker);

/* Of those that wait, the first `rejected` do not hold; `taken`: the one after them does, and is
 * the best now. The others are forgotten: what comes next depends on these answers alone, never on
 * how many candidates were made ahead. */
void ac_shrinker_conclude(struct ac_shrinker *shrinker, size_t rejected, bool taken);

/* The simplest program so far. Valid until the next ac_shrinker_conclude. */
const struct ac_program *ac_shrinker_best(const struct ac_shrinker *shrinker);

/* True once no candidate is left that was not checked: no single step more can be taken. */
bool ac_shrinker_is_minimal(const struct ac_shrinker *shrinker);
/* True once there was no memory for a candidate. */
bool ac_shrinker_failed(const struct ac_shrinker *shrinker);

/* --- as a whole --- */

struct ac_shrink_options {
    struct ac_shrink_plan plan;
    /* How many candidates are checked at once: 1 .. AC_SHRINK_BATCH, 0 is 1. The result does not
     * depend on it. */
    size_t batch;
    uint64_t max_tries; /* candidates checked, at most; 0: no bound */
    /* Index of the first of `count` candidates that holds, `count` where none does; those before it
     * were checked, those after it need not be. Anything above `count` ends the whole. It keeps no
     * reference to them. */
    size_t (*check)(void *ctx, const struct ac_program *const *candidates, size_t count);
    bool (*stop)(void *ctx); /* asked before each batch: true ends the whole; NULL: never */
    /* Told of each candidate that is taken; NULL: nobody is. */
    void (*taken)(void *ctx, const struct ac_program *best);
    void *ctx; /* first argument of all three */
};

struct ac_shrunk {
    uint64_t tries; /* candidates checked, up to the one that held */
    uint64_t taken; /* that held */
    bool minimal;   /* no single step more can be taken */
};

/* Replaces a program by the simplest that `check` answers for: the same for the same program, plan
 * and answers. Interrupted, it is the simplest so far. False: out of memory, likewise. */
bool ac_shrink(struct ac_program *program, const struct ac_shrink_options *options,
               struct ac_shrunk *result);

/* --- how large a program is --- */

struct ac_program_size {
    uint64_t ops;
    uint64_t calls;    /* ops with repeats counted */
    uint64_t threads;  /* that it uses or ends, the main one included */
    uint64_t operands; /* numbers in its text: sizes, counts, alignments, repeats, threads, and
                          settings of the head that are not the default */
};

struct ac_program_size ac_program_measure(const struct ac_program *program);

/* True where `left' is simpler than `right', in the order above. */
bool ac_program_simpler(const struct ac_program *left, const struct ac_program *right);

#ifdef __cplusplus
}
#endif
#endif
