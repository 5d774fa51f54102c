// SPDX-License-Identifier: MIT
#include "allocheck/without.h"

#include <string.h>

enum { SLOTS = 4096, LARGE = 1 << 30 };

_Static_assert(AC_OP_KINDS <= 64, "a set of kinds has 64 bits");

/* --- one op --- */

static const char *operands_of(const struct ac_op *op) {
    return ac_op_info((enum ac_op_kind)op->kind)->operands;
}

static bool has(const struct ac_op *op, char operand) {
    return strchr(operands_of(op), operand) != NULL;
}

static bool requests(const struct ac_op *op) {
    return has(op, 'D') && has(op, 'S');
}

static bool may_be_zero(const struct ac_operand *operand) {
    return operand->symbol == AC_LEFT || (operand->symbol == AC_ABSOLUTE && operand->value == 0);
}

static bool may_be_huge(const struct ac_operand *operand) {
    return operand->symbol == AC_PAGE ? (int64_t)operand->value < -LARGE
                                      : operand->symbol != AC_ABSOLUTE || operand->value > LARGE;
}

static bool requests_zero(const struct ac_op *op) {
    return requests(op) && (may_be_zero(&op->b) || (has(op, 'N') && may_be_zero(&op->a)));
}

static bool requests_huge(const struct ac_op *op) {
    const bool has_a = has(op, 'N') || has(op, 'A');
    if (!requests(op))
        return false;
    if (may_be_huge(&op->b) || (has_a && may_be_huge(&op->a)))
        return true;
    /* Each factor is at most LARGE; a page may have 64 KiB. */
    const uint64_t size = op->b.symbol == AC_PAGE ? (uint64_t)LARGE : op->b.value;
    return has(op, 'N') && op->a.value > 1 && size > LARGE / op->a.value;
}

static bool resizes(const struct ac_op *op) {
    return op->kind == AC_OP_REALLOC || op->kind == AC_OP_REALLOCARRAY;
}

/* --- slots that hold a block for certain --- */

struct certain {
    bool live[SLOTS];
    bool refuses; /* page requests from now on: nothing is certain */
};

static bool is_range(uint32_t first, uint32_t count) {
    return first < SLOTS && count <= SLOTS - first;
}

static bool all_live(const struct certain *certain, uint32_t first, uint32_t count) {
    bool live = is_range(first, count);
    for (uint32_t i = 0; live && i < count; i++)
        live = certain->live[first + i];
    return live;
}

static void set(struct certain *certain, uint32_t first, uint32_t count, bool live) {
    for (uint32_t i = 0; is_range(first, count) && i < count; i++)
        certain->live[first + i] = live;
}

static void follow(struct certain *certain, const struct ac_op *op) {
    const bool granted =
        requests(op) && !certain->refuses && !requests_zero(op) && !requests_huge(op);
    certain->refuses |= op->kind == AC_OP_REFUSE || op->kind == AC_OP_REFUSE_FROM;
    if (op->kind == AC_OP_FREE_EVERY || op->kind == AC_OP_LARGEST || op->kind == AC_OP_EXIT ||
        op->kind == AC_OP_LEAVE)
        memset(certain->live, 0, sizeof certain->live);
    if (resizes(op))
        set(certain, op->from, op->repeat, false);
    if (has(op, 'D'))
        set(certain, op->slot, op->repeat, granted);
    else if (has(op, 'P') && op->kind != AC_OP_USABLE && op->kind != AC_OP_FILL &&
             op->kind != AC_OP_CHECK)
        set(certain, op->slot, op->repeat, false);
}

/* --- a program --- */

bool ac_leaves_out(const struct ac_without *without, const struct ac_op *op, bool may_be_null) {
    return (without->kinds >> op->kind & 1) != 0 || (without->size_zero && requests_zero(op)) ||
           (without->huge && requests_huge(op)) ||
           (without->realloc_null && resizes(op) && may_be_null);
}

bool ac_without_is_empty(const struct ac_without *without) {
    return without->kinds == 0 && !without->realloc_null && !without->size_zero && !without->huge;
}

/* True if an op of a program is left out, given those before it that are not, which it follows. */
static bool is_left_out(const struct ac_without *without, struct certain *certain,
                        const struct ac_op *op) {
    if (ac_leaves_out(without, op, !all_live(certain, op->from, op->repeat)))
        return true;
    follow(certain, op);
    return false;
}

void ac_leave_out(struct ac_program *program, const struct ac_without *without) {
    struct certain certain = {.refuses = false};
    size_t kept = 0;
    if (ac_without_is_empty(without))
        return;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op op = program->ops[i];
        if (!is_left_out(without, &certain, &op))
            program->ops[kept++] = op;
    }
    program->count = kept;
}

bool ac_leaves_out_any(const struct ac_without *without, const struct ac_program *program) {
    struct certain certain = {.refuses = false};
    bool any = false;
    if (ac_without_is_empty(without))
        return false;
    for (size_t i = 0; !any && i < program->count; i++)
        any = is_left_out(without, &certain, &program->ops[i]);
    return any;
}

/* --- what to leave out --- */

static bool is_indispensable(const struct ac_op *op) {
    return op->kind == AC_OP_MALLOC || op->kind == AC_OP_CALLOC || op->kind == AC_OP_REALLOC ||
           op->kind == AC_OP_FREE;
}

void ac_without_add(struct ac_without *without, const struct ac_program *program, size_t at) {
    const struct ac_op *op = &program->ops[at];
    struct certain certain = {.refuses = false};
    for (size_t i = 0; i < at; i++)
        follow(&certain, &program->ops[i]);
    if (requests_huge(op))
        without->huge = true;
    else if (requests_zero(op))
        without->size_zero = true;
    else if (resizes(op) && !all_live(&certain, op->from, op->repeat))
        without->realloc_null = true;
    else if (!is_indispensable(op))
        without->kinds |= UINT64_C(1) << op->kind;
}

void ac_without_join(struct ac_without *without, const struct ac_without *more) {
    without->kinds |= more->kinds;
    without->realloc_null |= more->realloc_null;
    without->size_zero |= more->size_zero;
    without->huge |= more->huge;
}
