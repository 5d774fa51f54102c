// SPDX-License-Identifier: MIT
// A program reduced to what matters for the cause of its finding: kinds of calls, classes of sizes,
// and which calls share a block.
#ifndef ALLOCHECK_RESULTS_PLAIN_CALLS_H
#define ALLOCHECK_RESULTS_PLAIN_CALLS_H

#include "allocheck/oracle.h"
#include "allocheck/program.h"

enum { PLAIN_CALLS = 64 }; /* of a longer program only the last ones */

/* What a call does. Ops of other kinds are AC_OP_KINDS apart: PLAIN_OTHER + kind. */
enum plain_kind { PLAIN_ALLOCATE, PLAIN_RESIZE, PLAIN_FREE, PLAIN_FREE_NULL, PLAIN_OTHER };

enum plain_size {
    PLAIN_NO_SIZE,
    PLAIN_ZERO,
    PLAIN_SMALL,      /* up to 1 KiB */
    PLAIN_MEDIUM,     /* up to 64 KiB */
    PLAIN_LARGE,      /* up to 1 GiB */
    PLAIN_HUGE,       /* up to PTRDIFF_MAX */
    PLAIN_IMPOSSIBLE, /* above it */
    PLAIN_WRAPS,      /* a product above SIZE_MAX */
};

enum plain_alignment { PLAIN_NATURAL, PLAIN_ALIGNED, PLAIN_HUGELY_ALIGNED, PLAIN_INVALID };

enum plain_change { PLAIN_NONE, PLAIN_SAME, PLAIN_GROWS, PLAIN_SHRINKS };

struct plain_call {
    uint8_t kind, size, alignment;
    uint8_t op;        /* enum ac_op_kind */
    uint8_t change;    /* of a resized block's size */
    bool many;         /* it repeats */
    bool elsewhere;    /* on another thread than the main one */
    uint32_t from, to; /* the block that it uses, and the one that it makes, numbered in order of
                          appearance from 1; 0: none */
};

struct plain_calls {
    size_t count;
    bool cut; /* the program is longer */
    struct plain_call at[PLAIN_CALLS];
};

/* Reduces a program up to its failing op. Calls that only look at blocks are left out, and so is
 * the failing op if it only noticed what an earlier one did. False: out of memory. */
bool plain_calls_of(const struct ac_program *program, const struct ac_finding *finding,
                    struct plain_calls *calls);

/* True if the calls of `part` occur in `whole` in their order, with the same blocks shared.
 * `exact`: sizes are of the same class, not just both possible or both not. */
bool plain_calls_embed(const struct plain_calls *part, const struct plain_calls *whole, bool exact);

/* How much a coincidence of these calls says: ordinary calls count 1, special requests 2. */
unsigned plain_calls_weight(const struct plain_calls *calls);

#endif
