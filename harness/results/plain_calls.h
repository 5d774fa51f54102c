// SPDX-License-Identifier: MIT
// A program reduced to what matters for the cause of its finding: kinds of calls, classes of sizes,
// and which calls share a block.
#ifndef ALLOCHECK_RESULTS_PLAIN_CALLS_H
#define ALLOCHECK_RESULTS_PLAIN_CALLS_H

#include "program/outline.h"

#include "allocheck/oracle.h"
#include "allocheck/program.h"

enum {
    PLAIN_CALLS = 64, /* of a longer program only the last ones */
    PLAIN_FEW = 4,    /* repeats up to this count as single calls */
};

/* What a call does. Ops of other kinds are AC_OP_KINDS apart: PLAIN_OTHER + kind. */
enum plain_kind { PLAIN_ALLOCATE, PLAIN_RESIZE, PLAIN_FREE, PLAIN_FREE_NULL, PLAIN_OTHER };

enum plain_size {
    PLAIN_NO_SIZE,
    PLAIN_ZERO,
    PLAIN_SMALL,      /* up to 1 KiB */
    PLAIN_MEDIUM,     /* up to 64 KiB */
    PLAIN_LARGE,      /* up to 1 GiB */
    PLAIN_HUGE,       /* up to 2^47 */
    PLAIN_IMPOSSIBLE, /* above it: larger than any address space */
    PLAIN_WRAPS,      /* a product above SIZE_MAX */
};

enum plain_alignment {
    PLAIN_NATURAL,        /* up to 16, as malloc has */
    PLAIN_ALIGNED,        /* up to a page */
    PLAIN_PAGE_ALIGNED,   /* up to 1 GiB */
    PLAIN_HUGELY_ALIGNED, /* above it */
    PLAIN_INVALID,
};

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

/* What else a program needs: of its page source. Bits. */
enum plain_condition {
    PLAIN_MOVED_BREAK = 1u << 0, /* the break is not where the allocator left it, or odd */
    PLAIN_DOWNWARDS = 1u << 1,   /* new ranges lie below older ones */
    PLAIN_GAPS = 1u << 2,        /* ranges are never adjacent */
    PLAIN_DIRTY = 1u << 3,       /* new pages hold garbage */
    PLAIN_NO_RESIZE = 1u << 4,
    PLAIN_NO_UNMAP = 1u << 5,
    PLAIN_REFUSED = 1u << 6, /* it refuses requests, by plan or by the program's limit */
};

struct plain_calls {
    unsigned conditions; /* enum plain_condition */
    size_t count;
    bool truncated; /* the program is longer */
    struct plain_call at[PLAIN_CALLS];
};

/* Reduces a program up to its failing op. Calls that only look at blocks are left out, and so is
 * the failing op if it only noticed what an earlier one did. False: out of memory. */
bool plain_calls_of(const struct ac_program *program, const struct ac_finding *finding,
                    struct plain_calls *calls);

/* --- plain_call.c --- */

/* One op with its request, without its blocks. */
struct plain_call plain_call_of(const struct ac_op *op, const struct ac_request *request);

/* True if an op changes neither the heap nor a block's place. */
bool plain_call_only_looks(const struct ac_op *op, const struct ac_request *request);

/* The conditions that a head makes, and an op; 0: none. */
unsigned plain_conditions_of_head(const struct ac_head *head);
unsigned plain_conditions_of_op(const struct ac_op *op);

#endif
