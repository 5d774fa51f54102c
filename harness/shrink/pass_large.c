// SPDX-License-Identifier: MIT
// Large steps for large programs: the failing op alone or with what came just before it, a count of
// calls instead of the calls, and whole programs of a joined one.
#include "pass.h"

#include <string.h>

/* --- the last ops alone: 1, 2, 4 ... of them, and all that use the last one's block --- */

static size_t last_choices(const struct pass_view *view, const struct pass_position *at) {
    size_t choices = 2;
    (void)at;
    while (view->best->count >> (choices - 1) > 0)
        choices++;
    return choices;
}

static bool keep_block(const struct ac_op *last, struct ac_program *copy) {
    size_t kept = 0;
    if (!op_has_slot(last))
        return false;
    const uint32_t slot = op_has_two_slots(last) ? last->from : last->slot;
    for (size_t i = 0; i < copy->count; i++)
        if (i == copy->count - 1 || op_mentions(&copy->ops[i], slot))
            copy->ops[kept++] = copy->ops[i];
    const bool shorter = kept < copy->count;
    copy->count = kept;
    return shorter;
}

static bool make_last(const struct pass_view *view, const struct pass_position *at,
                      struct ac_program *copy, bool *failed) {
    (void)failed;
    if (copy->count < 2)
        return false;
    if (at->choice == 1)
        return keep_block(&view->best->ops[copy->count - 1], copy);
    const size_t kept = at->choice == 0 ? 1 : (size_t)1 << (at->choice - 1);
    if (kept >= copy->count)
        return false;
    ac_program_remove(copy, 0, copy->count - kept);
    return true;
}

const struct pass pass_last = {AC_SHRINK_OPS, false, pass_one, pass_one, last_choices, make_last};

/* --- many calls of one kind, then the last op: the bug may only count --- */

enum { LEAST_OPS_TO_FLOOD = 16 };

enum flood { SAME_OP, SMALL_BLOCKS, LARGE_BLOCKS, FREED_BLOCKS, FLOODS };

static const uint32_t counts[] = {64, 1024, 8192, 65536};
enum { COUNTS = sizeof counts / sizeof counts[0] };

static size_t flood_choices(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return view->best->count >= LEAST_OPS_TO_FLOOD ? COUNTS * FLOODS : 0;
}

static bool make_flood(const struct pass_view *view, const struct pass_position *at,
                       struct ac_program *copy, bool *failed) {
    enum { SMALL = 1, LARGE = 1000 };
    const struct ac_op last = view->best->ops[copy->count - 1];
    const enum flood flood = (enum flood)(at->choice % FLOODS);
    const uint32_t count = counts[at->choice / FLOODS];
    const struct ac_op many = {.kind = AC_OP_MALLOC,
                               .thread = last.thread,
                               .repeat = count,
                               .b = ac_absolute(flood == LARGE_BLOCKS ? LARGE : SMALL)};
    const struct ac_op freed = {.kind = AC_OP_FREE, .thread = last.thread, .repeat = count};
    (void)failed;
    copy->count = 0; /* there is room for a few ops */
    if (flood == SAME_OP) {
        copy->ops[0] = last;
        copy->ops[0].slot = copy->ops[0].from = 0;
        copy->ops[0].repeat = count;
        copy->count = 1;
        return !op_ends_thread(&last);
    }
    copy->ops[copy->count++] = many;
    if (flood == FREED_BLOCKS)
        copy->ops[copy->count++] = freed;
    copy->ops[copy->count++] = last;
    return true;
}

const struct pass pass_flood = {AC_SHRINK_OPS, false,         pass_one,
                                pass_one,      flood_choices, make_flood};

/* --- programs of a joined one (join.h), oldest first: halves, quarters ... single ones --- */

/* Each program ends with the free of all blocks. */
static bool ends_program(const struct ac_op *op) {
    return op->kind == AC_OP_FREE_EVERY && op->a.symbol == AC_ABSOLUTE && op->a.value <= 1;
}

/* Without the last one, which shows the finding. */
static size_t programs_in(const struct ac_program *program) {
    size_t count = 0;
    for (size_t i = 0; i + 1 < program->count; i++)
        count += ends_program(&program->ops[i]);
    return count;
}

/* The first op of a program. */
static size_t start_of(const struct ac_program *program, size_t index) {
    size_t op = 0;
    while (index > 0 && op < program->count)
        index -= ends_program(&program->ops[op++]);
    return op;
}

static size_t programs_per_step(const struct pass_view *view, const struct pass_position *at) {
    const size_t step = programs_in(view->best) >> at->level;
    return step > 0 ? step : 1;
}

static size_t program_levels(const struct pass_view *view, const struct pass_position *at) {
    const size_t count = programs_in(view->best);
    size_t levels = 0;
    (void)at;
    while (count >> levels > 0)
        levels++;
    return levels;
}

static size_t program_items(const struct pass_view *view, const struct pass_position *at) {
    const size_t step = programs_per_step(view, at);
    return (programs_in(view->best) + step - 1) / step;
}

static bool make_without_programs(const struct pass_view *view, const struct pass_position *at,
                                  struct ac_program *copy, bool *failed) {
    const size_t step = programs_per_step(view, at);
    const size_t from = start_of(view->best, at->item * step);
    const size_t end = start_of(view->best, (at->item + 1) * step);
    (void)failed;
    if (from >= end || end >= copy->count)
        return false;
    ac_program_remove(copy, from, end - from);
    return true;
}

const struct pass pass_programs = {AC_SHRINK_OPS, true,     program_levels,
                                   program_items, pass_one, make_without_programs};
