// SPDX-License-Identifier: MIT
#include "plain_calls.h"

#include "program/memory.h"
#include "program/outline.h"

#include <string.h>

enum { FEW = 4 }; /* repeats up to this count as single calls */
#define SMALL  UINT64_C(1024)
#define MEDIUM (UINT64_C(64) << 10)
#define LARGE  (UINT64_C(1) << 30)

/* --- one call --- */

static bool only_looks(const struct ac_op *op, const struct ac_request *request) {
    switch (op->kind) {
    case AC_OP_USABLE: /* of NULL: an own bug */
        return request->has_block;
    case AC_OP_FILL:
    case AC_OP_CHECK:
    case AC_OP_CHECK_ALL:
        return true;
    default:
        return false;
    }
}

static uint8_t size_class(const struct ac_request *request) {
    const uint64_t size = request->size;
    if (!request->asks)
        return PLAIN_NO_SIZE;
    if (request->wraps)
        return PLAIN_WRAPS;
    if (size > INT64_MAX)
        return PLAIN_IMPOSSIBLE;
    return size == 0        ? PLAIN_ZERO
           : size <= SMALL  ? PLAIN_SMALL
           : size <= MEDIUM ? PLAIN_MEDIUM
           : size <= LARGE  ? PLAIN_LARGE
                            : PLAIN_HUGE;
}

/* Symbols other than max and half make no sense here. */
static uint8_t alignment_class(const struct ac_op *op) {
    const struct ac_resolve known = {.page_size = 4096};
    const uint64_t alignment = ac_operand_resolve(op->a, &known);
    if (op->kind == AC_OP_MEMALIGN && alignment != 0 && alignment <= LARGE)
        return PLAIN_ALIGNED; /* it may round up */
    if (alignment == 0 || (alignment & (alignment - 1)) != 0)
        return PLAIN_INVALID;
    return alignment <= LARGE ? PLAIN_ALIGNED : PLAIN_HUGELY_ALIGNED;
}

static uint8_t change_of(const struct ac_request *request) {
    if (!request->has_block)
        return PLAIN_NONE;
    return request->size == request->was  ? PLAIN_SAME
           : request->size > request->was ? PLAIN_GROWS
                                          : PLAIN_SHRINKS;
}

static void set_kind(struct plain_call *call, const struct ac_op *op,
                     const struct ac_request *request) {
    call->kind = (uint8_t)(PLAIN_OTHER + op->kind);
    switch (op->kind) {
    case AC_OP_ALIGNED_ALLOC:
    case AC_OP_POSIX_MEMALIGN:
    case AC_OP_MEMALIGN:
        call->alignment = alignment_class(op);
        call->kind = PLAIN_ALLOCATE;
        break;
    case AC_OP_MALLOC:
    case AC_OP_CALLOC:
    case AC_OP_LARGEST:
        call->kind = PLAIN_ALLOCATE;
        break;
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
        call->kind = request->has_block ? PLAIN_RESIZE : PLAIN_ALLOCATE;
        call->change = change_of(request);
        break;
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
        call->kind = request->has_block ? PLAIN_FREE : PLAIN_FREE_NULL;
        break;
    case AC_OP_FREE_EVERY:
        call->kind = PLAIN_FREE;
        break;
    case AC_OP_REFUSE_FROM:
        call->kind = PLAIN_OTHER + AC_OP_REFUSE;
        break;
    default:
        break;
    }
}

static struct plain_call plain(const struct ac_op *op, const struct ac_request *request) {
    struct plain_call call = {.op = op->kind,
                              .size = size_class(request),
                              .many = op->repeat > FEW,
                              .elsewhere = op->thread != 0};
    set_kind(&call, op, request);
    return call;
}

/* --- blocks: numbered in order of appearance, whatever slots they are in --- */

struct blocks {
    struct ac_outline outline;
    uint32_t *in_slot; /* number of the block in each slot; 0: none */
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
        calls->cut = true;
    }
    calls->at[calls->count++] = *call;
}

/* Content is checked when the block is used next, whatever uses it. */
static bool only_noticed(const struct ac_finding *finding, const struct ac_op *op,
                         const struct ac_request *request) {
    return finding->oracle == AC_ORACLE_INTACT || only_looks(op, request);
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
    struct plain_call call = plain(op, &request);
    if (op->kind == AC_OP_LARGEST)
        call.size = PLAIN_SMALL; /* some ordinary size */
    name_blocks(blocks, op, &call);
    if (fails ? !only_noticed(finding, op, &request) : !only_looks(op, &request))
        append(calls, &call);
    ac_outline_step(&blocks->outline, op);
}

/* `free_every' as the frees that it stands for, oldest blocks first. */
static void take_free_every(struct blocks *blocks, const struct ac_op *op,
                            struct plain_calls *calls) {
    const uint64_t every = op->a.value > 0 ? op->a.value : 1;
    uint64_t met = 0;
    for (uint32_t number = 1; number <= blocks->last; number++) {
        for (uint32_t slot = 0; slot < blocks->outline.slots; slot++) {
            if (in_slot(blocks, slot) != number || ++met % every != 0)
                continue;
            const struct ac_op free_op = {.kind = AC_OP_FREE, .repeat = 1, .slot = slot};
            const struct plain_call call = {.kind = PLAIN_FREE, .op = AC_OP_FREE, .from = number};
            append(calls, &call);
            ac_outline_step(&blocks->outline, &free_op);
        }
    }
}

static void take_op(struct blocks *blocks, const struct ac_op *op, const struct ac_finding *finding,
                    bool fails, struct plain_calls *calls) {
    struct ac_op round = *op;
    if (op->kind == AC_OP_FREE_EVERY && !(fails && finding->oracle == AC_ORACLE_INTACT)) {
        take_free_every(blocks, op, calls);
        return;
    }
    if (op->repeat <= FEW)
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
    *calls = (struct plain_calls){.count = 0};
    if (!ac_outline_begin(&blocks.outline, program))
        return false;
    const size_t size = blocks.outline.slots * sizeof *blocks.in_slot;
    blocks.in_slot = ac_memory_new(size);
    for (size_t i = 0; blocks.in_slot != NULL && i < program->count && i <= finding->op; i++)
        take_op(&blocks, &program->ops[i], finding, i == finding->op, calls);
    const bool done = blocks.in_slot != NULL;
    ac_memory_delete(blocks.in_slot, size);
    ac_outline_end(&blocks.outline);
    renumber(calls);
    return done;
}

/* --- compared --- */

/* Blocks of the part and of the whole that stand for each other; 0: none yet. */
struct pairing {
    uint32_t whole_of[PLAIN_CALLS * 2 + 1], part_of[PLAIN_CALLS * 2 + 1];
};

static bool pair(struct pairing *pairing, uint32_t part, uint32_t whole) {
    if (part == 0 || whole == 0)
        return part == whole;
    if (pairing->whole_of[part] == 0 && pairing->part_of[whole] == 0) {
        pairing->whole_of[part] = whole;
        pairing->part_of[whole] = part;
    }
    return pairing->whole_of[part] == whole && pairing->part_of[whole] == part;
}

static bool is_ordinary(uint8_t size) {
    return size >= PLAIN_ZERO && size <= PLAIN_LARGE;
}

/* Resizing to 0 bytes is a case of its own; a block of 0 bytes is a block. */
static bool are_sizes_alike(const struct plain_call *left, const struct plain_call *right,
                            bool exact) {
    const bool zero = left->size == PLAIN_ZERO || right->size == PLAIN_ZERO;
    return left->size == right->size ||
           (!exact && is_ordinary(left->size) && is_ordinary(right->size) &&
            !(zero && left->kind == PLAIN_RESIZE));
}

/* A block that grows may move, which frees its old place. */
static bool may_both_free(const struct plain_call *left, const struct plain_call *right) {
    return (left->kind == PLAIN_FREE && right->change == PLAIN_GROWS) ||
           (right->kind == PLAIN_FREE && left->change == PLAIN_GROWS);
}

static bool is_alike(const struct plain_call *left, const struct plain_call *right, bool exact) {
    return (!exact || left->op == right->op) && are_sizes_alike(left, right, exact) &&
           left->kind == right->kind && left->change == right->change &&
           left->many == right->many && left->elsewhere == right->elsewhere &&
           (left->alignment == PLAIN_INVALID) == (right->alignment == PLAIN_INVALID);
}

static bool match(const struct plain_call *part, const struct plain_call *whole, bool exact,
                  struct pairing *pairing) {
    if (!exact && may_both_free(part, whole))
        return pair(pairing, part->from, whole->from);
    return is_alike(part, whole, exact) && pair(pairing, part->from, whole->from) &&
           pair(pairing, part->to, whole->to);
}

struct embedding {
    const struct plain_calls *part, *whole;
    bool exact;
    unsigned left; /* steps, so that the search ends soon */
};

static bool embed(struct embedding *search, size_t part, size_t whole, struct pairing pairing) {
    if (part == search->part->count)
        return true;
    for (; whole < search->whole->count && search->left > 0; whole++) {
        const struct plain_call *wanted = &search->part->at[part], *is = &search->whole->at[whole];
        struct pairing next = pairing;
        search->left--;
        if (match(wanted, is, search->exact, &next) && embed(search, part + 1, whole + 1, next))
            return true;
    }
    return false;
}

bool plain_calls_embed(const struct plain_calls *part, const struct plain_calls *whole,
                       bool exact) {
    enum { MOST_STEPS = 20000 };
    struct embedding search = {part, whole, exact, MOST_STEPS};
    const struct pairing none = {{0}, {0}};
    return !part->cut && part->count <= whole->count && embed(&search, 0, 0, none);
}

static bool is_special(const struct plain_call *call) {
    return call->kind > PLAIN_FREE || call->many || call->elsewhere ||
           (call->size == PLAIN_ZERO && call->kind == PLAIN_RESIZE) || call->size > PLAIN_LARGE ||
           call->alignment != PLAIN_NATURAL;
}

unsigned plain_calls_weight(const struct plain_calls *calls) {
    unsigned weight = 0;
    for (size_t i = 0; i < calls->count; i++)
        weight += is_special(&calls->at[i]) ? 2 : 1;
    return weight;
}
