// SPDX-License-Identifier: MIT
// Every program of a small scope, each once: for the exhaustive engine.
#ifndef ALLOCHECK_ENUMERATE_H
#define ALLOCHECK_ENUMERATE_H

#include "generate.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_SCOPE_SIZES = 32, /* sizes of a scope, at most */
    AC_SCOPE_DEPTH = 8,  /* ops of a program, at most */
    AC_SCOPE_ALIGNMENTS = 2,
};

/* What is enumerated: programs of `depth` ops or less over these sizes, all with this head. */
struct ac_scope {
    uint32_t depth; /* 1 .. AC_SCOPE_DEPTH */
    uint32_t sizes; /* of `size` that are valid, 1 .. AC_SCOPE_SIZES; no two of one value */
    struct ac_operand size[AC_SCOPE_SIZES];
    struct ac_operand alignment[AC_SCOPE_ALIGNMENTS]; /* of aligned_alloc */
    struct ac_head head;
};

/* Fills a scope with the sizes at which an allocator's code takes another way, the most telling
 * ones first: size-class boundaries and what lies just above one, around a page, the usual
 * threshold of mappings, 0, 1, and what cannot be granted. A fixed buffer is made small, and parts
 * of it are sizes, so that few blocks fill it. Fewer than `sizes` where no more differ.
 * `boundaries` may be NULL; the target's allocator is not called. */
void ac_scope_choose(struct ac_scope *scope, const struct ac_target *target,
                     const struct ac_boundaries *boundaries, uint32_t sizes, uint32_t depth);

enum { AC_SCOPE_OPS = 6 * AC_SCOPE_SIZES };

/* What an op does to the number of live blocks. */
enum ac_effect {
    AC_ALLOCATES, /* one more, in the next slot that no op named so far */
    AC_ASKS,      /* as many: it concerns no block, or cannot be granted */
    AC_USES,      /* as many: it works on a live block */
    AC_ENDS,      /* one less: the block it works on */
    AC_EFFECTS
};

/* The programs of a scope, numbered from 0, those with fewer ops first. Plain data.
 *
 * Programs that differ only in the names of their slots are one: each request that may be granted
 * takes the next slot, whether it is granted or not, and an op that works on a block names a slot
 * whose block is live. NULL stands in the next slot. The ops are malloc, calloc, aligned_alloc and
 * realloc (of NULL and of each live block) of each size, two products of calloc that wrap and one
 * that does not, free, malloc_usable_size (of NULL and of each live block), and fill; those that
 * the allocator does not offer are left out. */
struct ac_enumeration {
    struct ac_head head;
    uint32_t depth;
    uint32_t count[AC_EFFECTS];                            /* of the ops below */
    struct ac_op ops[AC_EFFECTS][AC_SCOPE_OPS];            /* slots not filled in */
    uint64_t ways[AC_SCOPE_DEPTH + 1][AC_SCOPE_DEPTH + 1]; /* by ops left and blocks live */
};

/* Prepares the programs of a scope for a target; its allocator is not called. False: they are
 * 2^63 or more. */
bool ac_enumerate(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                  const struct ac_target *target);

/* How many programs have exactly `ops` ops (1 .. depth), and how many there are in all. */
uint64_t ac_enumeration_of_length(const struct ac_enumeration *enumeration, uint32_t ops);
uint64_t ac_enumeration_total(const struct ac_enumeration *enumeration);

/* Fills `program` with the program of an index below the total, in a time that depends on its
 * length alone. False: out of memory, the program is empty. */
bool ac_enumeration_at(const struct ac_enumeration *enumeration, uint64_t index,
                       struct ac_program *program);

#ifdef __cplusplus
}
#endif
#endif
