// SPDX-License-Identifier: MIT
// Enumerates every program of a small scope once, for the exhaustive engine.
#ifndef ALLOCHECK_ENUMERATE_H
#define ALLOCHECK_ENUMERATE_H

#include "generate.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_SCOPE_SIZES = 32, /* at most, in a scope */
    AC_SCOPE_DEPTH = 8,  /* at most: ops of a program */
    AC_SCOPE_ALIGNMENTS = 2,
};

/* A scope: all programs of up to `depth` ops over these sizes, with this head. */
struct ac_scope {
    uint32_t depth; /* 1 .. AC_SCOPE_DEPTH */
    uint32_t sizes; /* number of sizes, 1 .. AC_SCOPE_SIZES; their values are distinct */
    struct ac_operand size[AC_SCOPE_SIZES];
    struct ac_operand alignment[AC_SCOPE_ALIGNMENTS]; /* of aligned_alloc */
    struct ac_head head;
    struct ac_without without; /* of the ops */
};

/* Chooses up to `sizes` sizes, those most likely to expose bugs first: size-class boundaries and
 * the size after each, sizes around a page and around the usual mmap threshold, 0, 1 and impossible
 * sizes. A fixed buffer is made small, with fractions of it among the sizes, so that a few blocks
 * fill it. Leaves nothing out. `boundaries` may be NULL. Does not call the target's allocator. */
void ac_scope_choose(struct ac_scope *scope, const struct ac_target *target,
                     const struct ac_boundaries *boundaries, uint32_t sizes, uint32_t depth);

enum { AC_SCOPE_OPS = 6 * AC_SCOPE_SIZES };

/* The effect of an op on the live blocks. */
enum ac_effect {
    AC_EFFECT_ALLOCATES, /* one more, in the next unused slot */
    AC_EFFECT_NONE,      /* none: it uses no block, or is an impossible request */
    AC_EFFECT_USES,      /* none, but it uses a live block */
    AC_EFFECT_FREES,     /* one less: it frees the live block that it uses */
    AC_EFFECTS
};

/* The programs of a scope, numbered from 0, shortest first. Holds no pointers.
 *
 * Programs that differ only in slot numbers are the same: every possible request takes the next
 * slot, whether it succeeds or not, other ops use slots of live blocks, and an op on NULL names the
 * next slot. The ops, as far as the allocator offers them: malloc, calloc, aligned_alloc and
 * realloc (of NULL and of each live block) of each size; calloc with two products that wrap and one
 * that does not; free and malloc_usable_size (of NULL and of each live block); fill. */
struct ac_enumeration {
    struct ac_head head;
    uint32_t depth;
    uint32_t count[AC_EFFECTS];                 /* of ops[effect] */
    struct ac_op ops[AC_EFFECTS][AC_SCOPE_OPS]; /* without slots */
    uint64_t ways[AC_SCOPE_DEPTH + 1]
                 [AC_SCOPE_DEPTH + 1]; /* programs, by ops left and live blocks */
};

/* Prepares the enumeration of a scope for a target, without calling its allocator. False: 2^63
 * programs or more. */
bool ac_enumerate(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                  const struct ac_target *target);

/* The number of programs with exactly `ops` ops (1 .. depth), and of all programs. */
uint64_t ac_enumeration_of_length(const struct ac_enumeration *enumeration, uint32_t ops);
uint64_t ac_enumeration_total(const struct ac_enumeration *enumeration);

/* Makes the program with an index below the total, in time linear in its length. False: out of
 * memory, the program is empty. */
bool ac_enumeration_at(const struct ac_enumeration *enumeration, uint64_t index,
                       struct ac_program *program);

#ifdef __cplusplus
}
#endif
#endif
