// SPDX-License-Identifier: MIT
// Slots p0, p1 ... in order of appearance, and one slot instead of two that are used one after the
// other.
#include "pass.h"

#include "program/memory.h"

#include <string.h>

/* --- p0, p1 ... --- */

/* New numbers of slots. The slots of an op with a repeat stay adjacent. */
struct renaming {
    uint32_t *names;  /* new number + 1; 0: not named yet */
    uint8_t *follows; /* the slot stays next to its predecessor */
    uint32_t slots, next;
};

static void link_range(struct renaming *renaming, uint32_t first, uint32_t count) {
    for (uint32_t i = 1; i < count && first + i < renaming->slots; i++)
        renaming->follows[first + i] = 1;
}

/* Numbers a slot and all that stay next to it. */
static void name_group(struct renaming *renaming, uint32_t slot) {
    if (slot >= renaming->slots || renaming->names[slot] != 0)
        return;
    while (slot > 0 && renaming->follows[slot])
        slot--;
    do {
        renaming->names[slot++] = ++renaming->next;
    } while (slot < renaming->slots && renaming->follows[slot]);
}

static void rename_all(struct renaming *renaming, struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        struct ac_op *op = &program->ops[i];
        if (op_has_slot(op)) {
            name_group(renaming, op->slot);
            op->slot = renaming->names[op->slot] - 1;
        }
        if (op_has_two_slots(op)) {
            name_group(renaming, op->from);
            op->from = renaming->names[op->from] - 1;
        }
    }
}

static void link_all(struct renaming *renaming, const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op_has_slot(op))
            link_range(renaming, op->slot, op->repeat);
        if (op_has_two_slots(op))
            link_range(renaming, op->from, op->repeat);
    }
}

static uint32_t slots_of(const struct ac_program *program) {
    uint64_t end = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        end = op_slots_end(op) > end ? op_slots_end(op) : end;
    }
    return end < AC_SLOTS ? (uint32_t)end : AC_SLOTS;
}

bool program_renumber_slots(struct ac_program *program) {
    struct renaming renaming = {.slots = slots_of(program)};
    if (renaming.slots == 0)
        return true;
    renaming.names = ac_memory_new(renaming.slots * sizeof *renaming.names);
    renaming.follows = ac_memory_new(renaming.slots);
    const bool done = renaming.names != NULL && renaming.follows != NULL;
    if (done) {
        link_all(&renaming, program);
        rename_all(&renaming, program);
    }
    ac_memory_delete(renaming.names, renaming.slots * sizeof *renaming.names);
    ac_memory_delete(renaming.follows, renaming.slots);
    return done;
}

static bool make_renumbered(const struct pass_view *view, const struct pass_position *at,
                            struct ac_program *copy, bool *failed) {
    (void)view, (void)at;
    *failed = !program_renumber_slots(copy);
    return !*failed;
}

const struct pass pass_renumber = {AC_SHRINK_SLOTS, false,    pass_one,
                                   pass_one,        pass_one, make_renumbered};

/* --- one slot instead of two --- */

enum { LOOK_BACK = 64 }; /* ops between the end of one slot and the start of the other */

static bool ends_slot(const struct ac_op *op) {
    switch (op->kind) {
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
        return true;
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
        return op->from != op->slot;
    default:
        return false;
    }
}

/* The slot whose block an op frees or moves. */
static uint32_t ended_slot(const struct ac_op *op) {
    return op_has_two_slots(op) ? op->from : op->slot;
}

static bool is_mentioned(const struct ac_program *program, uint32_t slot, size_t from, size_t end) {
    for (size_t i = from; i < end; i++)
        if (op_mentions(&program->ops[i], slot))
            return true;
    return false;
}

/* True if no op with a repeat names the slot. */
static bool is_single(const struct ac_program *program, uint32_t slot) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].repeat > 1 && op_mentions(&program->ops[i], slot))
            return false;
    return true;
}

static size_t merge_choices(const struct pass_view *view, const struct pass_position *at) {
    const struct ac_op *op = &view->best->ops[at->item];
    if (op->repeat != 1 || op_letters(op)[0] != 'D')
        return 0;
    return (at->item < LOOK_BACK ? at->item : LOOK_BACK) + 1;
}

static void replace_slot(struct ac_program *program, uint32_t slot, uint32_t by) {
    for (size_t i = 0; i < program->count; i++) {
        struct ac_op *op = &program->ops[i];
        op->slot = op_has_slot(op) && op->slot == slot ? by : op->slot;
        op->from = op_has_two_slots(op) && op->from == slot ? by : op->from;
    }
}

/* The op at `item` starts a slot; the op `choice` before it ends another, which no later op names.
 */
static bool make_merged(const struct pass_view *view, const struct pass_position *at,
                        struct ac_program *copy, bool *failed) {
    const struct ac_program *best = view->best;
    const size_t end = at->item - at->choice;
    const uint32_t begun = best->ops[at->item].slot;
    (void)failed;
    if (!ends_slot(&best->ops[end]))
        return false;
    const uint32_t ended = ended_slot(&best->ops[end]);
    if (ended == begun || is_mentioned(best, begun, 0, at->item) ||
        is_mentioned(best, ended, end + 1, best->count) || !is_single(best, begun) ||
        !is_single(best, ended))
        return false;
    replace_slot(copy, begun, ended);
    return true;
}

const struct pass pass_merge = {AC_SHRINK_SLOTS, false,         pass_one,
                                pass_each_op,    merge_choices, make_merged};
