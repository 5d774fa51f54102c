// SPDX-License-Identifier: MIT
#include "lifetimes.h"

#include <stdio.h>
#include <stdlib.h>

enum { NO_LIFETIME = UINT32_MAX };

struct planning {
    struct lifetimes *lifetimes;
    const struct plan *plan;
    uint32_t current[AC_MAX_THREADS]; /* lifetime of each thread; NO_LIFETIME: none */
    unsigned lived[AC_MAX_THREADS];   /* lifetimes so far */
    uint32_t runs;                    /* lifetime of the current step */
    unsigned step;
};

static unsigned thread_of(const struct ac_op *op) {
    return op_kind(op) == AC_OP_EXIT ? 0 : op->thread;
}

static uint32_t begin_lifetime(struct planning *planning, unsigned thread, size_t op) {
    struct lifetimes *lifetimes = planning->lifetimes;
    lifetimes->at[lifetimes->count] = (struct lifetime){
        .thread = thread, .number = ++planning->lived[thread], .first = op, .frames_step = NO_STEP};
    return planning->current[thread] = (uint32_t)lifetimes->count++;
}

static void plan_exit(struct planning *planning, size_t at) {
    const uint32_t slot = planning->plan->program->ops[at].slot;
    const uint32_t lifetime =
        slot < AC_MAX_THREADS && slot != 0 ? planning->current[slot] : NO_LIFETIME;
    if (lifetime != NO_LIFETIME) {
        planning->lifetimes->ends[at] = true;
        planning->lifetimes->at[lifetime].frames_step = planning->lifetimes->at[lifetime].end_step =
            ++planning->step;
        planning->current[slot] = NO_LIFETIME;
    }
}

static void plan_op(struct planning *planning, size_t at) {
    const struct ac_op *op = &planning->plan->program->ops[at];
    const unsigned thread = thread_of(op);
    uint32_t lifetime = planning->current[thread];
    if (lifetime == NO_LIFETIME)
        lifetime = begin_lifetime(planning, thread, at);
    planning->step += lifetime != planning->runs;
    planning->runs = lifetime;
    planning->lifetimes->of[at] = lifetime;
    planning->lifetimes->step[at] = planning->step;
    planning->lifetimes->at[lifetime].frees |= op_kind(op) == AC_OP_FREE_AT_EXIT;
    if (op_kind(op) == AC_OP_EXIT)
        plan_exit(planning, at);
}

/* A step of a thread, followed by one of the main thread. */
static unsigned add_step(struct planning *planning) {
    planning->step += 2;
    return planning->step - 1;
}

static struct lifetime *remaining(struct planning *planning, unsigned thread) {
    const uint32_t lifetime = planning->current[thread];
    return lifetime != NO_LIFETIME ? &planning->lifetimes->at[lifetime] : NULL;
}

/* After the last op, thread by thread: leave frames; end if blocks wait for that. Then the main
 * thread frees the rest, and all leave the heap. If the program runs again, threads continue in the
 * next round, except those that must start as a new thread. */
static void plan_end(struct planning *planning) {
    const struct plan *plan = planning->plan;
    struct lifetime *lifetime;
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        if ((lifetime = remaining(planning, i)) != NULL && plan_has(plan, EXPORT_frames))
            lifetime->frames_step = add_step(planning);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        if ((lifetime = remaining(planning, i)) != NULL && lifetime->frees)
            lifetime->end_step = ++planning->step;
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if ((lifetime = remaining(planning, i)) == NULL || lifetime->end_step != NO_STEP)
            continue;
        if (plan_has(plan, EXPORT_rounds) && lifetime->number == 1)
            lifetime->continues = true;
        else if (plan_has(plan, EXPORT_rounds))
            lifetime->end_step = ++planning->step;
        else if (plan_has(plan, EXPORT_leaves_heap))
            lifetime->heap_step = add_step(planning);
    }
}

static bool reserve(struct lifetimes *lifetimes, const struct plan *plan) {
    lifetimes->at = calloc(plan->ops + 1, sizeof *lifetimes->at);
    lifetimes->of = calloc(plan->ops + 1, sizeof *lifetimes->of);
    lifetimes->step = calloc(plan->ops + 1, sizeof *lifetimes->step);
    lifetimes->ends = calloc(plan->ops + 1, sizeof *lifetimes->ends);
    return lifetimes->at != NULL && lifetimes->of != NULL && lifetimes->step != NULL &&
           lifetimes->ends != NULL;
}

bool lifetimes_plan(struct lifetimes *lifetimes, const struct plan *plan) {
    struct planning planning = {.lifetimes = lifetimes, .plan = plan};
    *lifetimes = (struct lifetimes){.count = 0};
    if (!reserve(lifetimes, plan))
        return false;
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        planning.current[i] = NO_LIFETIME;
    begin_lifetime(&planning, 0, 0);
    for (size_t i = 0; i < plan->ops; i++)
        plan_op(&planning, i);
    lifetimes->main_step = planning.step += planning.runs != 0;
    if (plan->teardown)
        plan_end(&planning);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        lifetimes->remaining[i] = remaining(&planning, i);
    return true;
}

void lifetimes_destroy(struct lifetimes *lifetimes) {
    free(lifetimes->at);
    free(lifetimes->of);
    free(lifetimes->step);
    free(lifetimes->ends);
}

void thread_function_name(const struct lifetime *lifetime, char name[THREAD_NAME]) {
    if (lifetime->number == 1)
        snprintf(name, THREAD_NAME, "thread_%u", lifetime->thread);
    else
        snprintf(name, THREAD_NAME, "thread_%u_%u", lifetime->thread, lifetime->number);
}
