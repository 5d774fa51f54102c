// SPDX-License-Identifier: MIT
#include "plain_calls.h"

#include "program/memory.h"
#include "program/outline.h"

#include <stdlib.h>
#include <string.h>

/* --- blocks: numbered in order of appearance, whatever slots they are in --- */

/* A block and its slot. */
struct held {
    uint32_t number, slot;
};

struct blocks {
    struct ac_outline outline;
    uint32_t *in_slot; /* number of the block in each slot; 0: none */
    struct held *held; /* scratch, with room for each slot */
    uint32_t last;     /* number given */
};

static uint32_t in_slot(const struct blocks *blocks, uint32_t slot) {
    return slot < blocks->outline.slots && blocks->outline.sizes[slot] != 0 ? blocks->in_slot[slot]
                                                                            : 0;
}

/* All rounds of an op share a number. */
static void put(struct blocks *blocks, const struct ac_op *op) {
    blocks->last++;
    for (uint32_t i = 0; i < op->repeat && op->slot + i < blocks->outline.slots; i++)
        blocks->in_slot[op->slot + i] = blocks->last;
}

static void append(struct plain_calls *calls, const struct plain_call *call) {
    if (calls->count == PLAIN_CALLS) {
        memmove(calls->at, calls->at + 1, (PLAIN_CALLS - 1) * sizeof *calls->at);
        calls->count--;
        calls->truncated = true;
    }
    calls->at[calls->count++] = *call;
}

/* Content is checked when the block is used next, whatever uses it. */
static bool only_noticed(const struct ac_finding *finding, const struct ac_op *op,
                         const struct ac_request *request) {
    return finding->oracle == AC_ORACLE_INTACT || plain_call_only_looks(op, request);
}

static void name_blocks(struct blocks *blocks, const struct ac_op *op, struct plain_call *call) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    if (strchr(letters, 'P') != NULL)
        call->from = in_slot(blocks, strstr(letters, "DP") != NULL ? op->from : op->slot);
    if (call->kind == PLAIN_RESIZE) { /* it stays the same block, wherever it goes */
        call->to = call->from;
        blocks->in_slot[op->slot] = call->from;
    } else if (strchr(letters, 'D') != NULL) {
        put(blocks, op);
        call->to = blocks->last;
    }
}

/* One round, or all rounds of many. */
static void take(struct blocks *blocks, const struct ac_op *op, const struct ac_finding *finding,
                 bool fails, struct plain_calls *calls) {
    const struct ac_request request = ac_outline_request(&blocks->outline, op);
    struct plain_call call = plain_call_of(op, &request);
    if (op->kind == AC_OP_LARGEST)
        call.size = PLAIN_SMALL; /* some ordinary size */
    calls->conditions |= plain_conditions_of_op(op);
    name_blocks(blocks, op, &call);
    if (fails ? !only_noticed(finding, op, &request) : !plain_call_only_looks(op, &request))
        append(calls, &call);
    ac_outline_step(&blocks->outline, op);
}

static int by_age(const void *left, const void *right) {
    const struct held *l = left, *r = right;
    if (l->number != r->number)
        return l->number < r->number ? -1 : 1;
    return l->slot < r->slot ? -1 : l->slot > r->slot;
}

/* Fills `held', oldest blocks first, and returns their number. */
static size_t find_held(struct blocks *blocks) {
    size_t count = 0;
    for (uint32_t slot = 0; slot < blocks->outline.slots; slot++) {
        const uint32_t number = in_slot(blocks, slot);
        if (number != 0)
            blocks->held[count++] = (struct held){number, slot};
    }
    qsort(blocks->held, count, sizeof *blocks->held, by_age);
    return count;
}

/* `free_every' as the frees that it stands for, oldest blocks first. */
static void take_free_every(struct blocks *blocks, const struct ac_op *op,
                            struct plain_calls *calls) {
    const uint64_t every = op->a.value > 0 ? op->a.value : 1;
    const size_t count = find_held(blocks);
    for (uint64_t i = every - 1; i < count; i += every) {
        const struct held *held = &blocks->held[i];
        const struct ac_op free_op = {.kind = AC_OP_FREE, .repeat = 1, .slot = held->slot};
        const struct plain_call call = {.kind = PLAIN_FREE, .op = AC_OP_FREE, .from = held->number};
        append(calls, &call);
        ac_outline_step(&blocks->outline, &free_op);
    }
}

static void take_op(struct blocks *blocks, const struct ac_op *op, const struct ac_finding *finding,
                    bool fails, struct plain_calls *calls) {
    struct ac_op round = *op;
    if (op->kind == AC_OP_FREE_EVERY && !(fails && finding->oracle == AC_ORACLE_INTACT)) {
        take_free_every(blocks, op, calls);
        return;
    }
    if (op->repeat <= PLAIN_FEW)
        round.repeat = 1;
    for (uint32_t i = 0; i < op->repeat; i += round.repeat) {
        take(blocks, &round, finding, fails, calls);
        round.slot += 1;
        round.from += strstr(ac_op_info((enum ac_op_kind)op->kind)->operands, "DP") != NULL;
        if (round.slot >= blocks->outline.slots || round.from >= blocks->outline.slots)
            return;
    }
}

/* --- a program --- */

static uint32_t number_of(uint32_t blocks[PLAIN_CALLS * 2], size_t *count, uint32_t block) {
    size_t i = 0;
    if (block == 0)
        return 0;
    while (i < *count && blocks[i] != block)
        i++;
    if (i == *count)
        blocks[(*count)++] = block;
    return (uint32_t)i + 1;
}

static void renumber(struct plain_calls *calls) {
    uint32_t blocks[PLAIN_CALLS * 2];
    size_t count = 0;
    for (size_t i = 0; i < calls->count; i++) {
        struct plain_call *call = &calls->at[i];
        call->from = number_of(blocks, &count, call->from);
        call->to = number_of(blocks, &count, call->to);
    }
}

bool plain_calls_of(const struct ac_program *program, const struct ac_finding *finding,
                    struct plain_calls *calls) {
    struct blocks blocks = {.last = 0};
    *calls = (struct plain_calls){.conditions = plain_conditions_of_head(&program->head)};
    if (!ac_outline_begin(&blocks.outline, program))
        return false;
    const size_t size = blocks.outline.slots * sizeof *blocks.in_slot;
    const size_t held_size = blocks.outline.slots * sizeof *blocks.held;
    blocks.in_slot = ac_memory_new(size);
    blocks.held = ac_memory_new(held_size);
    const bool done = blocks.in_slot != NULL && blocks.held != NULL;
    for (size_t i = 0; done && i < program->count && i <= finding->op; i++)
        take_op(&blocks, &program->ops[i], finding, i == finding->op, calls);
    ac_memory_delete(blocks.held, held_size);
    ac_memory_delete(blocks.in_slot, size);
    ac_outline_end(&blocks.outline);
    renumber(calls);
    return done;
}
