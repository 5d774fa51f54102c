// SPDX-License-Identifier: MIT
#include "thread_plan.h"

#include "memory.h"

/* The last use of a slot so far. */
struct last_use {
    uint32_t uses;  /* so far */
    uint32_t index; /* of the slot */
    uint32_t thread, use;
    size_t step;
};

struct walk {
    struct ac_thread_plan *plan;
    const struct ac_program *program;
    struct last_use *slots; /* AC_SLOTS */
    uint64_t steps;
    bool out_of_memory;
};

static uint32_t thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? op->slot : op->thread;
}

static void mark_earlier_use(struct walk *walk, const struct last_use *last, bool sent) {
    struct ac_slot_use *use = &walk->plan->part[last->thread].steps[last->step].use[last->use];
    use->sent = sent;
    use->last = false;
}

static void add_use(struct walk *walk, uint32_t thread, struct ac_plan_step *step, uint32_t slot) {
    struct ac_plan_part *part = &walk->plan->part[thread];
    struct last_use *last = &walk->slots[slot];
    const bool first = last->uses == 0;
    const bool received = !first && last->thread != thread;
    const uint32_t index = first ? walk->plan->slots++ : last->index;
    if (!first)
        mark_earlier_use(walk, last, received);
    step->use[step->uses] = (struct ac_slot_use){
        .slot = slot, .index = index, .earlier = last->uses, .received = received, .last = true};
    *last = (struct last_use){.uses = last->uses + 1,
                              .index = index,
                              .thread = thread,
                              .use = step->uses++,
                              .step = part->count - 1};
}

static bool is_beyond(const uint32_t slots[AC_SLOTS_OF_OP], uint32_t count, uint32_t round) {
    bool beyond = false;
    for (uint32_t i = 0; i < count; i++)
        beyond |= (uint64_t)slots[i] + round >= AC_SLOTS;
    return beyond;
}

static void add_step(struct walk *walk, uint32_t at, uint32_t round) {
    const struct ac_op *op = &walk->program->ops[at];
    struct ac_plan_part *part = &walk->plan->part[thread_of(op)];
    uint32_t slots[AC_SLOTS_OF_OP];
    const uint32_t count = ac_op_slots(op, slots);
    if (is_beyond(slots, count, round)) {
        walk->plan->over_limit++;
        return;
    }
    if (!ac_memory_reserve((void **)&part->steps, &part->capacity, part->count + 1,
                           sizeof *part->steps)) {
        walk->out_of_memory = true;
        return;
    }
    struct ac_plan_step *step = &part->steps[part->count++];
    *step = (struct ac_plan_step){.op = at, .round = round};
    for (uint32_t i = 0; i < count; i++)
        add_use(walk, thread_of(op), step, slots[i] + round);
    walk->steps++;
}

static void add_op(struct walk *walk, uint32_t at, bool (*runs)(const struct ac_op *op)) {
    const struct ac_op *op = &walk->program->ops[at];
    if (!runs(op) || thread_of(op) >= AC_MAX_THREADS) {
        walk->plan->skipped += op->repeat;
        return;
    }
    for (uint32_t round = 0; round < op->repeat && !walk->out_of_memory; round++) {
        if (walk->steps == AC_MAX_CALLS) {
            walk->plan->over_limit += op->repeat - round;
            return;
        }
        add_step(walk, at, round);
    }
}

bool ac_thread_plan_make(struct ac_thread_plan *plan, const struct ac_program *program,
                         bool (*runs)(const struct ac_op *op)) {
    struct walk walk = {.plan = plan, .program = program};
    *plan = (struct ac_thread_plan){.slots = 0};
    walk.slots = ac_memory_new(AC_SLOTS * sizeof *walk.slots);
    walk.out_of_memory = walk.slots == NULL;
    for (size_t i = 0; i < program->count && !walk.out_of_memory; i++)
        add_op(&walk, (uint32_t)i, runs);
    ac_memory_delete(walk.slots, AC_SLOTS * sizeof *walk.slots);
    return !walk.out_of_memory;
}

void ac_thread_plan_destroy(struct ac_thread_plan *plan) {
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        struct ac_plan_part *part = &plan->part[i];
        ac_memory_delete(part->steps, part->capacity * sizeof *part->steps);
    }
}
