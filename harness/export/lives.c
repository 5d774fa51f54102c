// SPDX-License-Identifier: MIT
#include "lives.h"

#include <stdio.h>
#include <stdlib.h>

enum { NO_BLOCK = UINT32_MAX };

/* Where the planning is. */
struct planning {
    struct lives *lives;
    const struct plan *plan;
    uint32_t current[AC_MAX_THREADS]; /* life of each thread; NO_BLOCK: it is not there */
    unsigned lived[AC_MAX_THREADS];   /* how often it was there */
    uint32_t runs;                    /* life whose turn it is */
    unsigned turn;
};

static unsigned thread_of(const struct ac_op *op) {
    return op_kind(op) == AC_OP_EXIT ? 0 : op->thread;
}

static uint32_t begin_life(struct planning *planning, unsigned thread, size_t op) {
    struct lives *lives = planning->lives;
    lives->at[lives->count] = (struct life){
        .thread = thread, .number = ++planning->lived[thread], .first = op, .leaves = NO_STEP};
    return planning->current[thread] = (uint32_t)lives->count++;
}

static void plan_exit(struct planning *planning, size_t at) {
    const uint32_t slot = planning->plan->program->ops[at].slot;
    const uint32_t life = slot < AC_MAX_THREADS && slot != 0 ? planning->current[slot] : NO_BLOCK;
    if (life != NO_BLOCK) {
        planning->lives->ends[at] = true;
        planning->lives->at[life].leaves = planning->lives->at[life].ends = ++planning->turn;
        planning->current[slot] = NO_BLOCK;
    }
}

static void plan_op(struct planning *planning, size_t at) {
    const struct ac_op *op = &planning->plan->program->ops[at];
    const unsigned thread = thread_of(op);
    uint32_t life = planning->current[thread];
    if (life == NO_BLOCK) {
        life = begin_life(planning, thread, at);
    }
    planning->turn += life != planning->runs;
    planning->runs = life;
    planning->lives->of[at] = life;
    planning->lives->turn[at] = planning->turn;
    planning->lives->at[life].frees |= op_kind(op) == AC_OP_FREE_AT_EXIT;
    if (op_kind(op) == AC_OP_EXIT) {
        plan_exit(planning, at);
    }
}

/* A turn of a life, and after it one of the main thread. */
static unsigned allocate_step(struct planning *planning) {
    planning->turn += 2;
    return planning->turn - 1;
}

static struct life *left(struct planning *planning, unsigned thread) {
    const uint32_t life = planning->current[thread];
    return life != NO_BLOCK ? &planning->lives->at[life] : NULL;
}

/* What is due after the last op, thread by thread: frames are left, and those end that free blocks
 * as they do; then what is still live is freed; then all leave the heap. Where the program runs
 * again they wait for their turn in the next round, but for those that have to begin as another
 * thread. */
static void plan_end(struct planning *planning) {
    const struct plan *plan = planning->plan;
    struct life *life;
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if ((life = left(planning, i)) != NULL && plan_has(plan, EXPORT_frames)) {
            life->leaves = allocate_step(planning);
        }
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if ((life = left(planning, i)) != NULL && life->frees) {
            life->ends = ++planning->turn;
        }
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if ((life = left(planning, i)) == NULL || life->ends != NO_STEP) {
            continue;
        }
        if (plan_has(plan, EXPORT_rounds) && life->number == 1) {
            life->comes_again = true;
        } else if (plan_has(plan, EXPORT_rounds)) {
            life->ends = ++planning->turn;
        } else if (plan_has(plan, EXPORT_leaves_heap)) {
            life->leaves_heap = allocate_step(planning);
        }
    }
}

static bool reserve(struct lives *lives, const struct plan *plan) {
    lives->at = calloc(plan->ops + 1, sizeof *lives->at);
    lives->of = calloc(plan->ops + 1, sizeof *lives->of);
    lives->turn = calloc(plan->ops + 1, sizeof *lives->turn);
    lives->ends = calloc(plan->ops + 1, sizeof *lives->ends);
    return lives->at != NULL && lives->of != NULL && lives->turn != NULL && lives->ends != NULL;
}

bool lives_plan(struct lives *lives, const struct plan *plan) {
    struct planning planning = {.lives = lives, .plan = plan};
    *lives = (struct lives){.count = 0};
    if (!reserve(lives, plan)) {
        return false;
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        planning.current[i] = NO_BLOCK;
    }
    begin_life(&planning, 0, 0);
    for (size_t i = 0; i < plan->ops; i++) {
        plan_op(&planning, i);
    }
    lives->back = planning.turn += planning.runs != 0;
    if (plan->teardown) {
        plan_end(&planning);
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        lives->left[i] = left(&planning, i);
    }
    return true;
}

void lives_destroy(struct lives *lives) {
    free(lives->at);
    free(lives->of);
    free(lives->turn);
    free(lives->ends);
}

void life_name(const struct life *life, char name[LIFE_NAME]) {
    if (life->number == 1) {
        snprintf(name, LIFE_NAME, "thread_%u", life->thread);
    } else {
        snprintf(name, LIFE_NAME, "thread_%u_%u", life->thread, life->number);
    }
}
