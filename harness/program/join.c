// SPDX-License-Identifier: MIT
#include "allocheck/join.h"

#include <string.h>

struct join {
    struct ac_program *whole;
    uint64_t limit;      /* of the joined program */
    uint32_t first_slot; /* not used by earlier programs */
};

static bool uses_slots(const struct ac_op *op) {
    return strpbrk(ac_op_info((enum ac_op_kind)op->kind)->operands, "DP") != NULL;
}

static bool uses_two_slots(const struct ac_op *op) {
    return strstr(ac_op_info((enum ac_op_kind)op->kind)->operands, "DP") != NULL;
}

/* --- which programs to join --- */

/* An upper bound of a program's calls, including the frees at its end. */
static uint64_t calls_of(const struct ac_program *program) {
    uint64_t calls = 2; /* by end_program */
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        bool allocates = ac_op_info((enum ac_op_kind)op->kind)->operands[0] == 'D';
        calls += (allocates ? 2 : 1) * (uint64_t)op->repeat;
    }
    return calls;
}

/* Finds the first program of those that fit (always including the last one), and the largest limit
 * among them. */
static bool choose_first(ac_program_at at, void *ctx, uint64_t count, struct ac_program *program,
                         uint64_t *first, uint64_t *limit) {
    uint64_t calls = 0;
    *first = count;
    *limit = 0;
    while (*first > 0) {
        if (!at(ctx, *first - 1, program))
            return false;
        calls += calls_of(program);
        if (calls > AC_MAX_CALLS && *first < count)
            return true;
        --*first;
        *limit = program->head.limit > *limit ? program->head.limit : *limit;
    }
    return true;
}

/* --- appending --- */

/* Operands relative to AC_LEFT keep their value under the larger limit. */
static void adjust_left(struct ac_operand *operand, uint64_t limit, uint64_t joined_limit) {
    if (operand->symbol == AC_LEFT)
        operand->value -= joined_limit - limit;
}

static struct ac_op adapted(const struct join *join, const struct ac_op *op, uint64_t limit) {
    struct ac_op copy = *op;
    copy.slot += uses_slots(op) ? join->first_slot : 0;
    copy.from += uses_two_slots(op) ? join->first_slot : 0;
    adjust_left(&copy.a, limit, join->limit);
    adjust_left(&copy.b, limit, join->limit);
    return copy;
}

static uint32_t end_of_slots(const struct ac_program *program) {
    uint64_t end = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        uint64_t highest = op->slot > op->from ? op->slot : op->from;
        if (uses_slots(op) && highest + op->repeat > end)
            end = highest + op->repeat;
    }
    return end < AC_SLOTS ? (uint32_t)end : AC_SLOTS;
}

static bool append(struct join *join, const struct ac_program *program) {
    uint32_t slots = end_of_slots(program);
    if (join->first_slot + slots > AC_SLOTS)
        join->first_slot = 0; /* start over: the first programs have ended */
    for (size_t i = 0; i < program->count; i++) {
        struct ac_op op = adapted(join, &program->ops[i], program->head.limit);
        if (!ac_program_append(join->whole, &op))
            return false;
    }
    join->first_slot += slots;
    return true;
}

static bool append_op(struct join *join, enum ac_op_kind kind, uint64_t number, uint32_t repeat) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = repeat, .a = ac_absolute(number)};
    return repeat == 0 || ac_program_append(join->whole, &op);
}

/* Leaves the program's frames, cancels its refusals and frees its blocks, as a run does at its end.
 */
static bool end_program(struct join *join, const struct ac_program *program) {
    uint32_t depth = 0, refusals = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        depth += op->kind == AC_OP_ENTER ? op->repeat : 0;
        if (op->kind == AC_OP_LEAVE)
            depth -= op->repeat < depth ? op->repeat : depth;
        refusals |= op->kind == AC_OP_REFUSE || op->kind == AC_OP_REFUSE_FROM;
    }
    return append_op(join, AC_OP_REFUSE, 0, refusals) && append_op(join, AC_OP_LEAVE, 0, depth) &&
           append_op(join, AC_OP_FREE_EVERY, 1, 1);
}

static bool join_all(struct join *join, ac_program_at at, void *ctx, uint64_t first, uint64_t count,
                     struct ac_program *program) {
    for (uint64_t i = first; i < count; i++) {
        bool last = i == count - 1;
        if (!at(ctx, i, program) || !append(join, program) ||
            (!last && !end_program(join, program)))
            return false;
    }
    join->whole->head = program->head;
    join->whole->head.limit = join->limit;
    return true;
}

bool ac_join(struct ac_program *program, ac_program_at at, void *ctx, uint64_t count,
             uint64_t *joined) {
    struct join join = {.whole = program};
    struct ac_program part;
    uint64_t first;
    ac_program_clear(program);
    ac_program_init(&part);
    bool done = choose_first(at, ctx, count, &part, &first, &join.limit) &&
                join_all(&join, at, ctx, first, count, &part);
    ac_program_destroy(&part);
    if (!done)
        ac_program_clear(program);
    *joined = done ? count - first : 0;
    return done;
}
