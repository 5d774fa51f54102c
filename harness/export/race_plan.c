// SPDX-License-Identifier: MIT
#include "race_plan.h"

#include "program/thread_plan.h"

#include <stdlib.h>
#include <string.h>

enum { NO_THREAD = AC_MAX_THREADS };

static uint32_t highest_slot(const struct ac_program *program) {
    uint64_t highest = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const uint64_t slot = (op->slot > op->from ? op->slot : op->from) + (uint64_t)op->repeat;
        highest = slot > highest ? slot : highest;
    }
    return (uint32_t)(highest < AC_SLOTS ? highest : AC_SLOTS);
}

/* --- equal rounds --- */

static bool follows(const struct race_use *use, const struct race_use *next, uint32_t rounds) {
    return next->slot == use->slot + rounds && next->before == use->before &&
           next->waits == use->waits && next->passes == use->passes;
}

static bool is_alike(const struct race_step *step, const struct race_step *next) {
    bool alike = next->op == step->op && next->uses == step->uses;
    for (uint32_t i = 0; i < step->uses && alike; i++)
        alike = follows(&step->use[i], &next->use[i], step->rounds);
    return alike;
}

static struct race_step step_of(const struct ac_plan_step *from) {
    struct race_step step = {.op = from->op, .rounds = 1, .uses = from->uses};
    for (uint32_t i = 0; i < from->uses; i++) {
        const struct ac_slot_use *use = &from->use[i];
        step.use[i] = (struct race_use){use->slot, use->earlier, use->received, use->sent};
    }
    return step;
}

/* --- threads --- */

static void note_last_uses(struct race_plan *plan, const struct ac_plan_step *step) {
    for (uint32_t i = 0; i < step->uses; i++)
        if (step->use[i].last)
            plan->last_thread[step->use[i].slot] = (uint8_t)plan->threads;
}

static bool add_part(struct race_plan *plan, const struct ac_plan_part *from, unsigned thread) {
    struct race_part *part = &plan->parts[plan->threads];
    *part =
        (struct race_part){.thread = thread, .steps = malloc(from->count * sizeof *part->steps)};
    for (size_t i = 0; i < from->count && part->steps != NULL; i++) {
        const struct race_step step = step_of(&from->steps[i]);
        if (part->count > 0 && is_alike(&part->steps[part->count - 1], &step))
            part->steps[part->count - 1].rounds++;
        else
            part->steps[part->count++] = step;
        note_last_uses(plan, &from->steps[i]);
    }
    plan->threads++;
    return part->steps != NULL;
}

/* In the order of their first steps. */
static bool add_parts(struct race_plan *plan, const struct ac_program *program,
                      const struct ac_thread_plan *threads) {
    bool done = true;
    for (size_t i = 0; i < program->count && done; i++) {
        const unsigned thread = program->ops[i].thread;
        const struct ac_plan_part *part = &threads->part[thread];
        if (part->count > 0 && part->steps[0].op == i)
            done = add_part(plan, part, thread);
    }
    return done;
}

bool race_plan_make(struct race_plan *plan, const struct ac_program *program,
                    bool (*supports)(const struct ac_op *op)) {
    struct ac_thread_plan threads;
    *plan = (struct race_plan){.slots = highest_slot(program)};
    plan->last_thread = malloc(plan->slots + 1);
    bool done = ac_thread_plan_make(&threads, program, supports) && plan->last_thread != NULL;
    if (done) {
        memset(plan->last_thread, NO_THREAD, plan->slots + 1);
        done = add_parts(plan, program, &threads);
    }
    ac_thread_plan_destroy(&threads);
    return done;
}

void race_plan_destroy(struct race_plan *plan) {
    for (unsigned i = 0; i < plan->threads; i++)
        free(plan->parts[i].steps);
    free(plan->last_thread);
}
