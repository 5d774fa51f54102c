// SPDX-License-Identifier: MIT
#include "race_walk.h"

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

/* --- rounds that are alike --- */

static bool follows(const struct race_use *use, const struct race_use *next, uint32_t rounds) {
    return next->slot == use->slot + rounds && next->turn == use->turn &&
           next->taken == use->taken && next->given == use->given;
}

static bool is_alike(const struct race_step *step, const struct race_step *next) {
    bool alike = next->op == step->op && next->uses == step->uses;
    for (uint32_t i = 0; i < step->uses && alike; i++) {
        alike = follows(&step->use[i], &next->use[i], step->rounds);
    }
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

static void note_last_uses(struct race_walk *walk, const struct ac_plan_step *step) {
    for (uint32_t i = 0; i < step->uses; i++) {
        if (step->use[i].last) {
            walk->last_thread[step->use[i].slot] = (uint8_t)walk->threads;
        }
    }
}

static bool add_part(struct race_walk *walk, const struct ac_plan_part *from, unsigned thread) {
    struct race_part *part = &walk->parts[walk->threads];
    *part =
        (struct race_part){.thread = thread, .steps = malloc(from->count * sizeof *part->steps)};
    for (size_t i = 0; i < from->count && part->steps != NULL; i++) {
        const struct race_step step = step_of(&from->steps[i]);
        if (part->count > 0 && is_alike(&part->steps[part->count - 1], &step)) {
            part->steps[part->count - 1].rounds++;
        } else {
            part->steps[part->count++] = step;
        }
        note_last_uses(walk, &from->steps[i]);
    }
    walk->threads++;
    return part->steps != NULL;
}

/* In the order of their first steps. */
static bool add_parts(struct race_walk *walk, const struct ac_program *program,
                      const struct ac_thread_plan *plan) {
    bool done = true;
    for (size_t i = 0; i < program->count && done; i++) {
        const unsigned thread = program->ops[i].thread;
        const struct ac_plan_part *part = &plan->part[thread];
        if (part->count > 0 && part->steps[0].op == i) {
            done = add_part(walk, part, thread);
        }
    }
    return done;
}

bool race_walk_make(struct race_walk *walk, const struct ac_program *program,
                    bool (*takes)(const struct ac_op *op)) {
    struct ac_thread_plan plan;
    *walk = (struct race_walk){.slots = highest_slot(program)};
    walk->last_thread = malloc(walk->slots + 1);
    bool done = ac_thread_plan_make(&plan, program, takes) && walk->last_thread != NULL;
    if (done) {
        memset(walk->last_thread, NO_THREAD, walk->slots + 1);
        done = add_parts(walk, program, &plan);
    }
    ac_thread_plan_destroy(&plan);
    return done;
}

void race_walk_destroy(struct race_walk *walk) {
    for (unsigned i = 0; i < walk->threads; i++) {
        free(walk->parts[i].steps);
    }
    free(walk->last_thread);
}
