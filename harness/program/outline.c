// SPDX-License-Identifier: MIT
#include "outline.h"

#include "memory.h"

#include <string.h>

enum { PAGE = 4096 };                          /* on any machine */
#define MOST_GRANTED ((uint64_t)INT64_MAX / 2) /* larger requests fail everywhere */

static bool has(const struct ac_op *op, const char *letters) {
    return strstr(ac_op_info((enum ac_op_kind)op->kind)->operands, letters) != NULL;
}

/* --- begin and end --- */

static uint64_t slots_of(const struct ac_program *program) {
    uint64_t end = 1;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const uint64_t highest = op->slot > op->from ? op->slot : op->from;
        end = highest + op->repeat > end ? highest + op->repeat : end;
    }
    return end < AC_SLOTS ? end : AC_SLOTS;
}

bool ac_outline_begin(struct ac_outline *outline, const struct ac_program *program) {
    *outline = (struct ac_outline){.program = program, .slots = slots_of(program)};
    outline->sizes = ac_memory_new(outline->slots * sizeof *outline->sizes);
    return outline->sizes != NULL;
}

void ac_outline_end(struct ac_outline *outline) {
    ac_memory_delete(outline->sizes, outline->slots * sizeof *outline->sizes);
    outline->sizes = NULL;
}

/* --- one op --- */

static uint64_t left(const struct ac_outline *outline) {
    const uint64_t limit = outline->program->head.limit;
    return outline->live < limit ? limit - outline->live : 0;
}

static uint64_t resolve(const struct ac_outline *outline, struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = PAGE, .left = (size_t)left(outline)};
    return ac_operand_resolve(operand, &known);
}

static uint32_t used_slot(const struct ac_op *op) {
    return has(op, "DP") ? op->from : op->slot;
}

struct ac_request ac_outline_request(const struct ac_outline *outline, const struct ac_op *op) {
    struct ac_request request = {.asks = has(op, "S")};
    const uint64_t block = has(op, "P") ? outline->sizes[used_slot(op)] : 0;
    request.has_block = block != 0;
    request.was = block != 0 ? block - 1 : 0;
    if (!request.asks)
        return request;
    request.size = resolve(outline, op->b);
    if (has(op, "N"))
        request.wraps =
            __builtin_mul_overflow(resolve(outline, op->a), request.size, &request.size);
    return request;
}

static void empty(struct ac_outline *outline, uint32_t slot) {
    if (outline->sizes[slot] != 0)
        outline->live -= outline->sizes[slot] - 1;
    outline->sizes[slot] = 0;
}

static void empty_all(struct ac_outline *outline) {
    memset(outline->sizes, 0, outline->slots * sizeof *outline->sizes);
    outline->live = 0;
}

/* A block that was there loses its slot. */
static void put(struct ac_outline *outline, uint32_t slot, uint64_t size) {
    outline->sizes[slot] = size + 1;
    outline->live += size;
    outline->largest = size > outline->largest ? size : outline->largest;
}

static bool frees(const struct ac_op *op) {
    switch (op->kind) {
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
    case AC_OP_FREE_AT_EXIT:
        return true;
    default:
        return false;
    }
}

static void allocate(struct ac_outline *outline, const struct ac_op *op) {
    const struct ac_request request = ac_outline_request(outline, op);
    if (!request.asks || request.wraps || request.size > MOST_GRANTED)
        return;
    if (has(op, "DP"))
        empty(outline, op->from);
    put(outline, op->slot, request.size);
}

static void step_once(struct ac_outline *outline, const struct ac_op *op) {
    if (frees(op))
        empty(outline, op->slot);
    else if (op->kind == AC_OP_LARGEST || (op->kind == AC_OP_FREE_EVERY && op->a.value <= 1))
        empty_all(outline);
    if (op->kind == AC_OP_LARGEST && outline->largest > 0)
        put(outline, op->slot, outline->largest);
    else if (has(op, "D") && op->kind != AC_OP_ALLOCA && op->kind != AC_OP_VLA)
        allocate(outline, op);
}

void ac_outline_step(struct ac_outline *outline, const struct ac_op *op) {
    struct ac_op once = *op;
    once.repeat = 1;
    for (uint32_t i = 0; i < op->repeat && once.slot < outline->slots && once.from < outline->slots;
         i++) {
        step_once(outline, &once);
        once.slot += has(op, "D") || has(op, "P");
        once.from += has(op, "DP");
    }
}

uint64_t ac_outline_left(const struct ac_program *program, size_t op) {
    struct ac_outline outline;
    if (!ac_outline_begin(&outline, program))
        return program->head.limit;
    for (size_t i = 0; i < op && i < program->count; i++)
        ac_outline_step(&outline, &program->ops[i]);
    const uint64_t bytes = left(&outline);
    ac_outline_end(&outline);
    return bytes;
}
