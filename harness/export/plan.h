// SPDX-License-Identifier: MIT
// Plans the content of a C file.
#ifndef EXPORT_PLAN_H
#define EXPORT_PLAN_H

#include "export.h"

#include "allocheck/profile.h"

enum { PLAN_LEAK_ROUNDS = 16 }; /* by names: rounds before everything is freed */

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
    enum ac_source_kind kind; /* of the page source, if any */
    bool flags[EXPORT_FLAGS];
    size_t ops;    /* to write: up to the finding */
    bool teardown; /* blocks are checked and freed, the heap is closed */
    size_t blocks; /* live at once, at most */
    size_t slots;
    bool bounded;           /* could allocate more than the limit: each request checks it */
    uint64_t warm_resident; /* rounds before resident memory is compared */
    size_t moves;           /* of the break, at most */
    size_t uses_up_at;      /* op before which the file exhausts memory; SIZE_MAX: none */
};

/* Fills the plan. False: no file is possible, `reason` says why. */
bool plan_make(struct plan *plan, char reason[EXPORT_REASON]);

static inline bool plan_has(const struct plan *plan, enum export_flag flag) {
    return plan->flags[flag];
}

static inline void plan_set(struct plan *plan, enum export_flag flag, bool on) {
    plan->flags[flag] = on;
}

/* The parts of plan_make, in its order. */

/* plan_pages.c */

/* Page requests are refused in system calls, as in the run. */
void plan_set_trapped(struct plan *plan);
void plan_set_source(struct plan *plan);
/* What stands in for a page source if the file calls names. */
void plan_set_means(struct plan *plan);
/* Quirks that keep memory from being returned. */
bool plan_has_foreign_quirks(const struct plan *plan);

/* plan_checks.c: what the blocks, the child of a fork and the heap are checked for */
void plan_set_checked(struct plan *plan);
void plan_set_offers(struct plan *plan);
void plan_set_heap_checked(struct plan *plan);

/* plan_rounds.c, plan_ops.c */
void plan_set_rounds(struct plan *plan);
void plan_note_ops(struct plan *plan);

/* The name of a flag in the templates. */
const char *plan_flag_name(enum export_flag flag);

/* True for the oracle of the finding; without a finding, for all. */
bool plan_checks(const struct plan *plan, enum ac_oracle oracle);

/* True if the file omits an op of the program; `why' is a short reason. */
bool plan_skips(const struct plan *plan, const struct ac_op *op, const char **why);

/* How often an op runs: its repeats, up to the last slot. */
uint64_t op_rounds(const struct ac_op *op);

/* plan_names.c: what a file that calls libc names can show */

enum plan_way {
    WAY_NAMES,
    WAY_INTERFACE, /* ac_allocator */
    WAY_NONE,      /* names cannot show it, but a prefix is given */
};

/* How the file calls the allocator. */
enum plan_way plan_way(const struct plan *plan);
/* The program uses the allocator's own frames. */
bool plan_has_own_frames(const struct plan *plan);
/* The allocator has its pages from the harness; of which kind. */
bool plan_is_on_source(const struct plan *plan);
enum ac_source_kind plan_source_kind(const struct plan *plan);
enum ac_source_kind export_source_kind(const struct ac_allocator *allocator,
                                       const struct ac_head *head);
/* The profile guarantees that the allocator catches this misuse. */
bool plan_guarantees_to_catch(const struct plan *plan, const struct ac_op *op);
/* By names: the op before which the file exhausts memory, so that a request that must succeed
 * fails; SIZE_MAX: none. */
size_t plan_uses_up_memory_at(const struct plan *plan);
/* By names: RLIMIT_AS can stand in for this `refuse'. */
bool plan_can_refuse(const struct plan *plan, size_t at);
/* By names: `foreign_brk' moves the break of the process. */
bool plan_moves_break(const struct plan *plan);
/* By names: the file exhausts the mappings before the failing op, so that munmap fails. */
bool plan_uses_up_mappings(const struct plan *plan);

/* request.c: a request for a block */
struct request {
    enum ac_function function;
    uint64_t count, size, total; /* `left' counts as the whole limit */
    uint64_t alignment;          /* 0: none */
    bool wraps, dynamic;         /* dynamic: an operand depends on live bytes */
};

/* The request of an op. False: none. */
bool request_of(const struct plan *plan, const struct ac_op *op, struct request *request);
bool request_has_valid_alignment(const struct request *request);
/* Can never succeed: too large in itself, or for the page source. */
bool request_is_impossible(const struct plan *plan, const struct request *request);
/* Wraps, or exceeds PTRDIFF_MAX: must fail in any allocator. */
bool request_is_absurd(const struct request *request);
unsigned request_cause(const struct request *request);

static inline bool request_is_zero(const struct request *request) {
    return request->total == 0 && !request->wraps && !request->dynamic;
}

static inline bool request_is_resize(const struct request *request) {
    return request->function == AC_FN_REALLOC || request->function == AC_FN_REALLOCARRAY;
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

/* The slot of the block that an op uses. */
static inline uint32_t op_used_slot(const struct ac_op *op) {
    bool resizes = op_kind(op) == AC_OP_REALLOC || op_kind(op) == AC_OP_REALLOCARRAY;
    return resizes ? op->from : op->slot;
}

static inline bool op_is_left(const struct ac_op *op) {
    return op->a.symbol == AC_LEFT || op->b.symbol == AC_LEFT;
}

#endif
