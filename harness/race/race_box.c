// SPDX-License-Identifier: MIT
// Blocks on their way from one thread to the next. Only where the next use of a slot is another
// thread's is anything stored or waited for: no order is made that the program does not ask for.
#define _GNU_SOURCE /* nanosleep */
#include "race.h"

#include <sched.h>
#include <time.h>

/* Looks at a turn; a few yields, for on a busy machine each may cost as much as many naps. */
enum { SPINS = 200, YIELDS = 204, SLEEP_NS = 50000 };

/* --- waiting --- */

/* Spins first, for the other thread may be about to arrive; then leaves it the processor. */
static void back_off(unsigned tries) {
    const struct timespec nap = {0, SLEEP_NS};
    if (tries >= YIELDS) {
        nanosleep(&nap, NULL);
    } else if (tries >= SPINS) {
        sched_yield();
    }
}

static bool await_token(struct ac_race *race, struct ac_race_box *box, uint32_t turn) {
    unsigned tries = 0;
    while (atomic_load_explicit(&box->turn, memory_order_acquire) != turn) {
        if (ac_race_stopped(race)) {
            return false;
        }
        back_off(tries);
        tries += tries < YIELDS;
    }
    return true;
}

/* --- blocks change models --- */

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

/* A block that another thread live lies where one of this thread does. */
static void find_overlap(struct ac_runner *model, const struct ac_block *block,
                         const struct ac_block *other) {
    if (ac_checks(model, AC_ORACLE_DISJOINT)) {
        ac_find(model, AC_ORACLE_DISJOINT, other, NULL, "memory that nobody else has",
                "%zu bytes that another thread was given overlap live block %u of %zu bytes",
                block->size, other->id, other->size);
    }
}

static void adopt(struct ac_runner *model, const struct ac_block *block, uint32_t slot) {
    struct ac_blocks *blocks = &model->blocks;
    const struct ac_block *other = ac_blocks_overlapping(blocks, block->start, block->owned, NULL);
    if (other != NULL) {
        find_overlap(model, block, other);
        return;
    }
    struct ac_block *mine = ac_blocks_add(blocks, block->start, block->size, 0);
    if (mine == NULL) {
        model->report->counts.cut++;
        return;
    }
    blocks->allocated_ever--; /* it has an id already */
    ac_race_copy_known(mine, block);
    model->touched += ac_touched(mine);
    ac_blocks_name(blocks, mine, slot);
}

bool ac_race_take(struct ac_racer *racer, const struct ac_race_step *step) {
    for (uint32_t i = 0; i < step->uses; i++) {
        const struct ac_race_use *use = &step->use[i];
        struct ac_race_box *box = &racer->race->boxes[use->box];
        if (!use->taken) {
            continue;
        }
        if (!await_token(racer->race, box, use->turn)) {
            return false;
        }
        if (box->full) {
            adopt(&racer->model, &box->block, use->slot);
        }
    }
    return true;
}

static void hand_on(struct ac_runner *model, const struct ac_race_use *use,
                    struct ac_race_box *box) {
    struct ac_block *block = ac_blocks_slot(&model->blocks, use->slot)->block;
    box->full = block != NULL;
    if (block != NULL) {
        box->block = *block;
        model->touched -= ac_touched(block);
        ac_blocks_remove(&model->blocks, block);
    }
    atomic_store_explicit(&box->turn, use->turn + 1, memory_order_release);
}

void ac_race_give(struct ac_racer *racer, const struct ac_race_step *step) {
    for (uint32_t i = 0; i < step->uses; i++) {
        const struct ac_race_use *use = &step->use[i];
        if (use->given) {
            hand_on(&racer->model, use, &racer->race->boxes[use->box]);
        }
    }
}

void ac_race_boxes_reset(struct ac_race *race) {
    for (uint32_t i = 0; i < race->plan.boxes; i++) {
        atomic_store_explicit(&race->boxes[i].turn, 0, memory_order_relaxed);
        race->boxes[i].full = false;
    }
}
