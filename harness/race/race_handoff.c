// SPDX-License-Identifier: MIT
// Blocks that pass from one thread to the next. Threads store and wait only if another thread uses
// the slot next: this creates no order that the program does not ask for.
#define _GNU_SOURCE /* nanosleep */
#include "race.h"

#include "run/budget.h"
#include "run/check.h"

#include <sched.h>
#include <time.h>

/* Polls before a yield and before a nap. There are few yields: on a busy machine each may cost as
 * much as many naps. */
enum { SPINS = 200, YIELDS = 204, SLEEP_NS = 50000 };

/* --- waiting --- */

/* Spins first: the other thread may be about to arrive. Then leaves it the CPU. */
static void back_off(unsigned tries) {
    const struct timespec nap = {0, SLEEP_NS};
    if (tries >= YIELDS)
        nanosleep(&nap, NULL);
    else if (tries >= SPINS)
        sched_yield();
}

static bool await_use(struct ac_race *race, struct ac_race_handoff *handoff, uint32_t earlier) {
    unsigned tries = 0;
    while (atomic_load_explicit(&handoff->done, memory_order_acquire) != earlier) {
        if (ac_race_stopped(race))
            return false;
        back_off(tries);
        tries += tries < YIELDS;
    }
    return true;
}

/* --- blocks change threads --- */

void ac_race_copy_known(struct ac_block *to, const struct ac_block *from) {
    to->owned = from->owned;
    to->usable = from->usable;
    to->alignment = from->alignment;
    to->seed = from->seed;
    to->id = from->id;
    to->by = from->by;
    to->thread = from->thread;
    to->whole = from->whole;
    to->failed_resize = from->failed_resize;
}

/* A block of another thread overlaps one of this thread. */
static void find_overlap(struct ac_runner *runner, const struct ac_block *block,
                         const struct ac_block *other) {
    if (ac_checks(runner, AC_ORACLE_DISJOINT)) {
        ac_fail(runner, AC_ORACLE_DISJOINT, other, NULL, "memory that overlaps no live block",
                "%zu bytes of another thread's block overlap live block %u of %zu bytes",
                block->size, other->id, other->size);
    }
}

static void adopt(struct ac_runner *runner, const struct ac_block *block, uint32_t slot) {
    struct ac_blocks *blocks = &runner->model.blocks;
    const struct ac_block *other = ac_blocks_overlapping(blocks, block->start, block->owned, NULL);
    if (other != NULL) {
        find_overlap(runner, block, other);
        return;
    }
    struct ac_block *mine = ac_blocks_add(blocks, block->start, block->size, 0);
    if (mine == NULL) {
        runner->report->counts.over_limit++;
        return;
    }
    blocks->allocated_ever--; /* it keeps its id */
    ac_race_copy_known(mine, block);
    runner->model.touched += ac_touched(mine);
    ac_blocks_name(blocks, mine, slot);
}

bool ac_race_receive(struct ac_racer *racer, const struct ac_plan_step *step) {
    for (uint32_t i = 0; i < step->uses; i++) {
        const struct ac_slot_use *use = &step->use[i];
        struct ac_race_handoff *handoff = &racer->race->handoffs[use->index];
        if (!use->received)
            continue;
        if (!await_use(racer->race, handoff, use->earlier))
            return false;
        if (handoff->full)
            adopt(&racer->runner, &handoff->block, use->slot);
    }
    return true;
}

static void pass_on(struct ac_runner *runner, const struct ac_slot_use *use,
                    struct ac_race_handoff *handoff) {
    struct ac_block *block = ac_blocks_slot(&runner->model.blocks, use->slot)->block;
    handoff->full = block != NULL;
    if (block != NULL) {
        handoff->block = *block;
        runner->model.touched -= ac_touched(block);
        ac_blocks_remove(&runner->model.blocks, block);
    }
    atomic_store_explicit(&handoff->done, use->earlier + 1, memory_order_release);
}

void ac_race_send(struct ac_racer *racer, const struct ac_plan_step *step) {
    for (uint32_t i = 0; i < step->uses; i++) {
        const struct ac_slot_use *use = &step->use[i];
        if (use->sent)
            pass_on(&racer->runner, use, &racer->race->handoffs[use->index]);
    }
}

void ac_race_reset_handoffs(struct ac_race *race) {
    for (uint32_t i = 0; i < race->plan.slots; i++) {
        atomic_store_explicit(&race->handoffs[i].done, 0, memory_order_relaxed);
        race->handoffs[i].full = false;
    }
}
