// SPDX-License-Identifier: MIT
#include "allocheck/program.h"

#include "memory.h"

#include <string.h>

const char *const ac_quirk_names[AC_QUIRKS] = {"unaligned",   "gaps",      "lower",    "dirty",
                                               "foreign_brk", "no_resize", "no_unmap", "top"};

struct ac_head ac_default_head(void) {
    struct ac_head head = {
        .source = AC_SOURCE_MMAP,
        .sizes = AC_SIZES_MIXED,
        .frames = AC_FRAMES_STACK,
        .threads = 1,
        .groups = ((1u << AC_GROUPS) - 1) & ~(1u << AC_GROUP_THREADS),
        .limit = AC_DEFAULT_LIMIT,
    };
    return head;
}

bool ac_head_equal(const struct ac_head *left, const struct ac_head *right) {
    return left->source == right->source && left->quirks == right->quirks &&
           left->sizes == right->sizes && left->frames == right->frames &&
           left->threads == right->threads && left->groups == right->groups &&
           left->limit == right->limit && left->seed == right->seed;
}

void ac_program_init(struct ac_program *program) {
    *program = (struct ac_program){.head = ac_default_head()};
}

void ac_program_destroy(struct ac_program *program) {
    ac_memory_delete(program->ops, program->capacity * sizeof *program->ops);
    ac_program_init(program);
}

void ac_program_clear(struct ac_program *program) {
    program->head = ac_default_head();
    program->count = 0;
}

static bool reserve(struct ac_program *program, size_t count) {
    void *ops = program->ops;
    bool done = ac_memory_reserve(&ops, &program->capacity, count, sizeof *program->ops);
    program->ops = ops;
    return done;
}

bool ac_program_append(struct ac_program *program, const struct ac_op *op) {
    if (program->count == program->capacity)
        return ac_program_insert(program, program->count, op);
    program->ops[program->count++] = *op; /* the way of a decoder: once for each op */
    return true;
}

bool ac_program_insert(struct ac_program *program, size_t position, const struct ac_op *op) {
    struct ac_op copy = *op; /* `op` may lie in the list that moves */
    if (!reserve(program, program->count + 1))
        return false;
    struct ac_op *place = program->ops + position;
    memmove(place + 1, place, (program->count - position) * sizeof *place);
    *place = copy;
    program->count++;
    return true;
}

void ac_program_remove(struct ac_program *program, size_t position, size_t count) {
    if (position >= program->count)
        return;
    size_t after = program->count - position;
    size_t gone = count < after ? count : after;
    struct ac_op *place = program->ops + position;
    memmove(place, place + gone, (after - gone) * sizeof *place);
    program->count -= gone;
}

bool ac_program_copy(struct ac_program *to, const struct ac_program *from) {
    ac_program_clear(to);
    if (!reserve(to, from->count))
        return false;
    if (from->count > 0)
        memcpy(to->ops, from->ops, from->count * sizeof *from->ops);
    to->count = from->count;
    to->head = from->head;
    return true;
}

bool ac_program_equal(const struct ac_program *left, const struct ac_program *right) {
    if (left->count != right->count || !ac_head_equal(&left->head, &right->head))
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (!ac_op_equal(&left->ops[i], &right->ops[i]))
            return false;
    return true;
}

bool ac_program_may_refuse_pages(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        const uint8_t kind = program->ops[i].kind;
        if (kind == AC_OP_REFUSE || kind == AC_OP_REFUSE_FROM)
            return true;
    }
    return (program->head.quirks & AC_QUIRK_NO_RESIZE) != 0;
}

uint32_t ac_op_slots(const struct ac_op *op, uint32_t slots[AC_SLOTS_OF_OP]) {
    const char *operands = ac_op_info((enum ac_op_kind)op->kind)->operands;
    const bool receives = strchr(operands, 'D') != NULL, uses = strchr(operands, 'P') != NULL;
    uint32_t count = 0;
    if (receives || uses)
        slots[count++] = op->slot;
    if (receives && uses && op->from != op->slot)
        slots[count++] = op->from;
    return count;
}

bool ac_program_has_threads(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].thread != 0)
            return true;
    return false;
}
