// SPDX-License-Identifier: MIT
// What each thread of a race run does, and where blocks go from one to another: a walk over the
// program in its order.
#include "race.h"

#include "program/memory.h"

/* The last use of a slot, so far. */
struct last_use {
    uint32_t turns; /* uses so far */
    uint32_t box;   /* 1 + its number; 0: not used yet */
    uint32_t thread, use;
    size_t step;
};

struct walk {
    struct ac_race_plan *plan;
    const struct ac_program *program;
    struct last_use *slots; /* AC_SLOTS */
    uint64_t steps;
    bool out_of_memory;
};

/* `exit' names the thread that it is carried out by. */
static uint32_t thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? op->slot : op->thread;
}

static void add_use(struct walk *walk, uint32_t thread, struct ac_race_step *step, uint64_t slot) {
    if (slot >= AC_SLOTS) {
        return; /* the op counts it as cut */
    }
    struct last_use *last = &walk->slots[slot];
    const bool first = last->box == 0;
    if (first) {
        last->box = ++walk->plan->boxes;
    }
    struct ac_race_use *use = &step->use[step->uses];
    *use = (struct ac_race_use){.box = last->box - 1,
                                .slot = (uint32_t)slot,
                                .turn = last->turns++,
                                .taken = !first && last->thread != thread};
    if (use->taken) {
        walk->plan->part[last->thread].steps[last->step].use[last->use].given = true;
    }
    last->thread = thread;
    last->step = walk->plan->part[thread].count;
    last->use = step->uses++;
}

static void add_step(struct walk *walk, uint32_t at, uint32_t round) {
    const struct ac_op *op = &walk->program->ops[at];
    struct ac_race_part *part = &walk->plan->part[thread_of(op)];
    struct ac_race_step step = {.op = at, .round = round};
    uint32_t slots[AC_SLOTS_OF_OP];
    const uint32_t count = ac_op_slots(op, slots);
    if (!ac_memory_reserve((void **)&part->steps, &part->capacity, part->count + 1,
                           sizeof *part->steps)) {
        walk->out_of_memory = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        add_use(walk, thread_of(op), &step, (uint64_t)slots[i] + round);
    }
    part->steps[part->count++] = step;
    walk->steps++;
}

static void add_op(struct walk *walk, uint32_t at) {
    const struct ac_op *op = &walk->program->ops[at];
    if (!ac_race_takes((enum ac_op_kind)op->kind) || thread_of(op) >= AC_MAX_THREADS) {
        walk->plan->skipped += op->repeat;
        return;
    }
    for (uint32_t round = 0; round < op->repeat && !walk->out_of_memory; round++) {
        if (walk->steps == AC_MAX_CALLS) {
            walk->plan->cut += op->repeat - round;
            return;
        }
        add_step(walk, at, round);
    }
}

bool ac_race_plan_make(struct ac_race_plan *plan, const struct ac_program *program) {
    struct walk walk = {.plan = plan, .program = program};
    *plan = (struct ac_race_plan){.boxes = 0};
    walk.slots = ac_memory_new(AC_SLOTS * sizeof *walk.slots);
    walk.out_of_memory = walk.slots == NULL;
    for (size_t i = 0; i < program->count && !walk.out_of_memory; i++) {
        add_op(&walk, (uint32_t)i);
    }
    ac_memory_delete(walk.slots, AC_SLOTS * sizeof *walk.slots);
    return !walk.out_of_memory;
}

void ac_race_plan_destroy(struct ac_race_plan *plan) {
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        struct ac_race_part *part = &plan->part[i];
        ac_memory_delete(part->steps, part->capacity * sizeof *part->steps);
    }
}
