// SPDX-License-Identifier: MIT
// One call, reduced to classes.
#include "plain_calls.h"

#define NATURAL   UINT64_C(16)
#define PAGE      UINT64_C(4096)
#define SMALL     UINT64_C(1024)
#define MEDIUM    (UINT64_C(64) << 10)
#define LARGE     (UINT64_C(1) << 30)
#define MOST_EVER (UINT64_C(1) << 47) /* no address space is larger */

bool plain_call_only_looks(const struct ac_op *op, const struct ac_request *request) {
    switch (op->kind) {
    case AC_OP_USABLE: /* of NULL: an own bug */
        return request->has_block;
    case AC_OP_FILL:
    case AC_OP_CHECK:
    case AC_OP_CHECK_ALL:
    case AC_OP_FOREIGN_BRK: /* conditions */
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
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
    if (size > MOST_EVER)
        return PLAIN_IMPOSSIBLE;
    return size == 0        ? PLAIN_ZERO
           : size <= SMALL  ? PLAIN_SMALL
           : size <= MEDIUM ? PLAIN_MEDIUM
           : size <= LARGE  ? PLAIN_LARGE
                            : PLAIN_HUGE;
}

/* Symbols other than max and half make no sense here. */
static uint8_t alignment_class(const struct ac_op *op) {
    const struct ac_resolve known = {.page_size = PAGE};
    const uint64_t alignment = ac_operand_resolve(op->a, &known);
    const bool rounds_up = op->kind == AC_OP_MEMALIGN && alignment <= LARGE;
    if (alignment == 0 || (!rounds_up && (alignment & (alignment - 1)) != 0))
        return PLAIN_INVALID;
    return alignment <= NATURAL ? PLAIN_NATURAL
           : alignment <= PAGE  ? PLAIN_ALIGNED
           : alignment <= LARGE ? PLAIN_PAGE_ALIGNED
                                : PLAIN_HUGELY_ALIGNED;
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
    default:
        break;
    }
}

struct plain_call plain_call_of(const struct ac_op *op, const struct ac_request *request) {
    struct plain_call call = {.op = op->kind,
                              .size = size_class(request),
                              .many = op->repeat > PLAIN_FEW,
                              .elsewhere = op->thread != 0};
    set_kind(&call, op, request);
    return call;
}

unsigned plain_conditions_of_op(const struct ac_op *op) {
    switch (op->kind) {
    case AC_OP_FOREIGN_BRK:
        return PLAIN_MOVED_BREAK;
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
        return PLAIN_REFUSED;
    default:
        return 0;
    }
}

unsigned plain_conditions_of_head(const struct ac_head *head) {
    static const struct {
        unsigned quirks, condition;
    } rows[] = {{AC_QUIRK_UNALIGNED | AC_QUIRK_FOREIGN_BRK, PLAIN_MOVED_BREAK},
                {AC_QUIRK_LOWER | AC_QUIRK_TOP, PLAIN_DOWNWARDS},
                {AC_QUIRK_GAPS, PLAIN_GAPS},
                {AC_QUIRK_DIRTY, PLAIN_DIRTY},
                {AC_QUIRK_NO_RESIZE, PLAIN_NO_RESIZE},
                {AC_QUIRK_NO_UNMAP, PLAIN_NO_UNMAP}};
    unsigned conditions = head->limit != AC_DEFAULT_LIMIT ? PLAIN_REFUSED : 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((head->quirks & rows[i].quirks) != 0)
            conditions |= rows[i].condition;
    return conditions;
}
