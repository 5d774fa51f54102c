// SPDX-License-Identifier: MIT
// What a C file is to hold, before a line of it is written.
#ifndef EXPORT_PLAN_H
#define EXPORT_PLAN_H

#include "export.h"

#include "allocheck/profile.h"

enum { PLAN_LEAK_ROUNDS = 16 }; /* by names: what is live before all is freed */

enum export_flag {
#define EXPORT_FLAG(name) EXPORT_##name,
#include "flags.def"
#undef EXPORT_FLAG
    EXPORT_FLAGS
};

/* One file. */
struct plan {
    const struct export_options *options;
    const struct ac_program *program;
    const struct ac_finding *finding; /* NULL: none */
    const struct ac_allocator *allocator;
    const struct ac_profile *profile;
    enum ac_source_kind kind; /* of page source, where there is one */
    bool flags[EXPORT_FLAGS];
    size_t ops;    /* that are written: those up to the finding */
    bool teardown; /* what is live is checked, freed, and the heap closed */
    size_t blocks; /* live, at most */
    size_t slots;
    bool bounded; /* the program could allocate more than its limit: each request is held against it
                   */
    size_t moves; /* of the break, at most */
    size_t uses_up_at; /* op before which all memory is used up; SIZE_MAX: none */
};

/* Says what the file needs. False: `reason` says why there can be none. */
bool plan_make(struct plan *plan, char reason[EXPORT_REASON]);

static inline bool plan_has(const struct plan *plan, enum export_flag flag) {
    return plan->flags[flag];
}

/* The name of a flag as the templates write it. */
const char *plan_flag_name(enum export_flag flag);

/* True where an oracle is the finding's, or there is no finding: then all check. */
bool plan_checks(const struct plan *plan, enum ac_oracle oracle);

/* True where an op has no effect here that could be written: `why' says so, in a few words. `op` is
 * one of the program's. */
bool plan_leaves_out(const struct plan *plan, const struct ac_op *op, const char **why);

/* How often an op runs: its repeats, less those beyond the last slot. */
uint64_t plan_rounds(const struct ac_op *op);

/* export_names.c: what the names of libc show. */

enum plan_way {
    WAY_NAMES,
    WAY_INTERFACE, /* ac_allocator */
    WAY_NONE,      /* a prefix is given, and names do not show it */
};

/* How the allocator is to be called. */
enum plan_way plan_way(const struct plan *plan);
/* The frames of the program are the allocator's own. */
bool plan_has_own_frames(const struct plan *plan);
/* The harness gave the allocator its pages, and how. */
bool plan_is_on_source(const struct plan *plan);
enum ac_source_kind plan_source_kind(const struct plan *plan);
/* A misuse that the allocator guarantees to catch. */
bool plan_guarantees_to_catch(const struct plan *plan, const struct ac_op *op);
/* By names: the op before which all memory is used up, so that a request that had to be granted
 * shows that it was not; SIZE_MAX: none. */
size_t plan_uses_up_memory_at(const struct plan *plan);
/* By names: a `refuse' that the system can stand in for. */
bool plan_can_refuse(const struct plan *plan, size_t at);
/* By names: the break that a `foreign_brk' moves is the process's. */
bool plan_moves_break(const struct plan *plan);
/* By names: mappings are used up before the op that shows it, so that pages cannot be given back.
 */
bool plan_uses_up_mappings(const struct plan *plan);

/* export_request.c: a request for a block. */
struct wanted {
    enum ac_function function;
    uint64_t count, size, total; /* `left' counts as the whole limit */
    uint64_t alignment;          /* aligned forms; else 0 */
    bool wraps, dynamic;         /* dynamic: an operand depends on what is live */
};

/* What an op asks for. False: it is no request. */
bool wanted_of(const struct plan *plan, const struct ac_op *op, struct wanted *wanted);
bool wanted_has_valid_alignment(const struct wanted *wanted);
/* Can never be granted: by its size, or by the limit of the page source. */
bool wanted_is_impossible(const struct plan *plan, const struct wanted *wanted);
/* Wraps, or exceeds PTRDIFF_MAX: in any allocator. */
bool wanted_is_absurd(const struct wanted *wanted);
unsigned wanted_cause(const struct wanted *wanted);

static inline bool wanted_is_zero(const struct wanted *wanted) {
    return wanted->total == 0 && !wanted->wraps && !wanted->dynamic;
}

static inline bool wanted_is_resize(const struct wanted *wanted) {
    return wanted->function == AC_FN_REALLOC || wanted->function == AC_FN_REALLOCARRAY;
}

static inline enum ac_oracle plan_oracle(const struct plan *plan) {
    return plan->finding != NULL ? plan->finding->oracle : AC_ORACLES;
}

static inline enum ac_op_kind op_kind(const struct ac_op *op) {
    return (enum ac_op_kind)op->kind;
}

static inline bool op_is_misuse(const struct ac_op *op) {
    return ac_op_info(op_kind(op))->group == AC_GROUP_MISUSE;
}

/* The slot that names what an op uses. */
static inline uint32_t op_used_slot(const struct ac_op *op) {
    bool resizes = op_kind(op) == AC_OP_REALLOC || op_kind(op) == AC_OP_REALLOCARRAY;
    return resizes ? op->from : op->slot;
}

static inline bool op_is_left(const struct ac_op *op) {
    return op->a.symbol == AC_LEFT || op->b.symbol == AC_LEFT;
}

#endif
