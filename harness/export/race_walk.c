// SPDX-License-Identifier: MIT
#include "race_walk.h"

#include <stdlib.h>
#include <string.h>

enum { NO_BLOCK = AC_MAX_THREADS };

/* The last use of a slot, so far. */
struct last_use {
    uint32_t turns; /* uses so far; 0: none */
    unsigned part;
    size_t step;
    uint32_t use;
};

struct walking {
    struct race_walk *walk;
    const struct ac_program *program;
    struct last_use *slots;
    unsigned part_of[AC_MAX_THREADS];
    bool failed;
};

static uint32_t highest_slot(const struct ac_program *program) {
    uint64_t highest = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const uint64_t slot = (op->slot > op->from ? op->slot : op->from) + (uint64_t)op->repeat;
        highest = slot > highest ? slot : highest;
    }
    return (uint32_t)(highest < AC_SLOTS ? highest : AC_SLOTS);
}

static unsigned part_of(struct walking *walking, unsigned thread) {
    struct race_walk *walk = walking->walk;
    if (walking->part_of[thread] == NO_BLOCK) {
        walk->parts[walk->threads].thread = thread;
        walking->part_of[thread] = walk->threads++;
    }
    return walking->part_of[thread];
}

static struct race_step *add_step(struct walking *walking, struct race_part *part) {
    if (part->count == part->capacity) {
        const size_t capacity = part->capacity != 0 ? 2 * part->capacity : 64;
        struct race_step *steps = realloc(part->steps, capacity * sizeof *steps);
        if (steps == NULL) {
            walking->failed = true;
            return NULL;
        }
        part->steps = steps;
        part->capacity = capacity;
    }
    return &part->steps[part->count++];
}

static void add_use(struct walking *walking, unsigned part, struct race_step *step, uint32_t slot) {
    struct race_walk *walk = walking->walk;
    struct last_use *last = &walking->slots[slot];
    const bool taken = last->turns > 0 && last->part != part;
    if (taken) {
        walk->parts[last->part].steps[last->step].use[last->use].given = true;
    }
    step->use[step->uses] = (struct race_use){.slot = slot, .turn = last->turns, .taken = taken};
    *last = (struct last_use){last->turns + 1, part, walk->parts[part].count - 1, step->uses};
    step->uses++;
    walk->last_thread[slot] = (uint8_t)part;
}

static bool is_beyond(const uint32_t slots[AC_SLOTS_OF_OP], uint32_t count, uint32_t round) {
    bool beyond = false;
    for (uint32_t i = 0; i < count; i++) {
        beyond |= (uint64_t)slots[i] + round >= AC_SLOTS;
    }
    return beyond;
}

static void add_round(struct walking *walking, uint32_t at, uint32_t round) {
    const struct ac_op *op = &walking->program->ops[at];
    const unsigned part = part_of(walking, op->thread);
    uint32_t slots[AC_SLOTS_OF_OP];
    const uint32_t count = ac_op_slots(op, slots);
    struct race_step *step =
        is_beyond(slots, count, round) ? NULL : add_step(walking, &walking->walk->parts[part]);
    if (step == NULL) {
        return;
    }
    *step = (struct race_step){.op = at, .rounds = 1};
    for (uint32_t i = 0; i < count; i++) {
        add_use(walking, part, step, slots[i] + round);
    }
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

static void join_rounds(struct race_part *part) {
    size_t kept = 0;
    for (size_t i = 1; i < part->count; i++) {
        if (is_alike(&part->steps[kept], &part->steps[i])) {
            part->steps[kept].rounds++;
        } else {
            part->steps[++kept] = part->steps[i];
        }
    }
    part->count = part->count > 0 ? kept + 1 : 0;
}

static void walk_over(struct walking *walking, bool (*takes)(const struct ac_op *op)) {
    const struct ac_program *program = walking->program;
    for (size_t i = 0; i < program->count; i++) {
        const uint32_t rounds = takes(&program->ops[i]) ? program->ops[i].repeat : 0;
        for (uint32_t round = 0; round < rounds && !walking->failed; round++) {
            add_round(walking, (uint32_t)i, round);
        }
    }
    for (unsigned i = 0; i < walking->walk->threads; i++) {
        join_rounds(&walking->walk->parts[i]);
    }
}

bool race_walk_make(struct race_walk *walk, const struct ac_program *program,
                    bool (*takes)(const struct ac_op *op)) {
    struct walking walking = {.walk = walk, .program = program};
    *walk = (struct race_walk){.slots = highest_slot(program)};
    walking.slots = calloc(walk->slots + 1, sizeof *walking.slots);
    walk->last_thread = malloc(walk->slots + 1);
    walking.failed = walking.slots == NULL || walk->last_thread == NULL;
    if (!walking.failed) {
        memset(walk->last_thread, NO_BLOCK, walk->slots + 1);
        for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
            walking.part_of[i] = NO_BLOCK;
        }
        walk_over(&walking, takes);
    }
    free(walking.slots);
    return !walking.failed;
}

void race_walk_destroy(struct race_walk *walk) {
    for (unsigned i = 0; i < walk->threads; i++) {
        free(walk->parts[i].steps);
    }
    free(walk->last_thread);
}
