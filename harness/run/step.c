// SPDX-License-Identifier: MIT
#include "step.h"

void ac_move_to(struct ac_runner *runner, size_t op, uint32_t round) {
    runner->at = op;
    runner->round = round;
    runner->progress->op = (uint32_t)op;
    runner->progress->round = round;
    runner->progress->stage = AC_STAGE_PROGRAM;
    runner->progress->thread = runner->thread;
}

void ac_move_to_end(struct ac_runner *runner) {
    ac_move_to(runner, runner->program->count, 0);
}

bool ac_has_op(struct ac_runner *runner) {
    if (runner->ended || runner->at >= runner->program->count)
        return false;
    if (runner->report->counts.calls >= AC_MAX_CALLS || runner->steps >= AC_MAX_CALLS) {
        runner->report->counts.over_limit += runner->program->count - runner->at;
        ac_move_to_end(runner);
        return false;
    }
    return true;
}

bool ac_begin_op(struct ac_runner *runner) {
    if (!ac_has_op(runner))
        return false;
    runner->steps++;
    ac_move_to(runner, runner->at, runner->round);
    return true;
}

void ac_end_op(struct ac_runner *runner) {
    runner->report->counts.ops++;
    if (runner->ended)
        return; /* a finding names this op */
    if (runner->round + 1 < ac_this_op(runner)->repeat)
        ac_move_to(runner, runner->at, runner->round + 1);
    else
        ac_move_to(runner, runner->at + 1, 0);
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
