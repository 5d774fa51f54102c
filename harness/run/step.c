// SPDX-License-Identifier: MIT
#include "step.h"

bool ac_has_op(struct ac_runner *runner) {
    if (runner->ended || runner->at >= runner->program->count)
        return false;
    if (runner->report->counts.calls >= AC_MAX_CALLS || runner->steps >= AC_MAX_CALLS) {
        runner->report->counts.over_limit += runner->program->count - runner->at;
        runner->at = runner->program->count;
        return false;
    }
    return true;
}

bool ac_begin_op(struct ac_runner *runner) {
    if (!ac_has_op(runner))
        return false;
    runner->steps++;
    runner->progress->op = (uint32_t)runner->at;
    runner->progress->round = runner->round;
    runner->progress->thread = runner->thread;
    return true;
}

void ac_end_op(struct ac_runner *runner) {
    runner->report->counts.ops++;
    if (runner->ended)
        return; /* a finding names this op */
    if (++runner->round >= ac_this_op(runner)->repeat) {
        runner->round = 0;
        runner->at++;
    }
}

static struct ac_slot *slot_of(struct ac_runner *runner, uint32_t first, uint32_t *number) {
    uint64_t at = (uint64_t)first + runner->round;
    if (at >= AC_SLOTS) {
        runner->report->counts.over_limit++;
        return NULL;
    }
    *number = (uint32_t)at;
    return ac_blocks_slot(&runner->model.blocks, *number);
}

struct ac_slot *ac_this_slot(struct ac_runner *runner, uint32_t *number) {
    return slot_of(runner, ac_this_op(runner)->slot, number);
}

struct ac_slot *ac_from_slot(struct ac_runner *runner, uint32_t *number) {
    return slot_of(runner, ac_this_op(runner)->from, number);
}

size_t ac_resolve_operand(const struct ac_runner *runner, struct ac_operand operand) {
    uint64_t limit = runner->program->head.limit, live = runner->model.blocks.live_bytes;
    const struct ac_resolve known = {.page_size = runner->heap.page_size,
                                     .left = live < limit ? limit - live : 0};
    return ac_operand_resolve(operand, &known);
}
