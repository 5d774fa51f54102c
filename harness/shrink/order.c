// SPDX-License-Identifier: MIT
// Which of two programs is simpler.
#include "ops.h"

#include "allocheck/shrink.h"

#include <string.h>

/* Numbers from here on are easier to read as half+1 or max-7. */
#define PLAIN_BOUND (UINT64_C(1) << 31)

/* Kinds that a plainer one can replace; the higher, the less plain. All others are 0. */
static const uint8_t plainness[AC_OP_KINDS] = {
    [AC_OP_CALLOC] = 2,        [AC_OP_REALLOC] = 2,
    [AC_OP_REALLOCARRAY] = 3,  [AC_OP_FREE_SIZED] = 1,
    [AC_OP_FREE_AT_EXIT] = 1,  [AC_OP_FREE_ALIGNED_SIZED] = 2,
    [AC_OP_ALIGNED_ALLOC] = 2, [AC_OP_POSIX_MEMALIGN] = 3,
    [AC_OP_MEMALIGN] = 3,      [AC_OP_ALLOCA] = 1,
    [AC_OP_VLA] = 2,           [AC_OP_FREE_EVERY] = 1,
    [AC_OP_LARGEST] = 2,       [AC_OP_REFUSE_FROM] = 1,
};

/* Most important first. */
struct cost {
    uint64_t ops; /* weighted */
    uint64_t calls;
    uint64_t repeats; /* ops with a repeat */
    uint64_t threads; /* besides the main one */
    uint64_t settings, kinds;
    uint64_t elsewhere; /* ops on other threads than the main one */
    uint64_t symbols;   /* how far operands are from plain numbers */
    uint64_t high, low; /* the sum of operands, 128 bits */
    uint64_t counts; /* of elements: 1 * N is the plainest of equal products, 0 * 0 of empty ones */
};

static void add(struct cost *cost, uint64_t value) {
    cost->low += value;
    cost->high += cost->low < value;
}

static uint64_t distance(uint64_t delta) {
    return (int64_t)delta < 0 ? -delta : delta;
}

/* `left` is the least plain: what it stands for depends on all ops before it. */
static unsigned symbol_rank(struct ac_operand operand) {
    switch (operand.symbol) {
    case AC_PAGE:
        return 1;
    case AC_HALF:
    case AC_MAX:
        return 2;
    case AC_LEFT:
        return 4;
    default:
        return operand.value < PLAIN_BOUND ? 0 : 3;
    }
}

static void add_operand(struct cost *cost, struct ac_operand operand) {
    cost->symbols += symbol_rank(operand);
    if (operand.symbol == AC_ABSOLUTE) {
        add(cost, operand.value);
    } else {
        add(cost, (uint64_t)operand.scale << 32);
        add(cost, distance(operand.value));
    }
}

static bool is_plain(struct ac_operand operand) {
    return symbol_rank(operand) == 0;
}

/* `free_every 0` does the same as `free_every 1`, and reads worse. */
static bool is_every_none(const struct ac_op *op) {
    return op->kind == AC_OP_FREE_EVERY && ac_operand_equal(op->a, ac_absolute(0));
}

static void add_operands(struct cost *cost, const struct ac_op *op) {
    const char *letters = op_letters(op);
    if (strchr(letters, 'N') != NULL && is_plain(op->a) && is_plain(op->b)) {
        const uint64_t product = op->a.value * op->b.value;
        add(cost, product);
        cost->counts += op->a.value + (product == 0 ? op->b.value : 0);
        return;
    }
    if (strpbrk(letters, "NAK") != NULL)
        add_operand(cost, is_every_none(op) ? ac_absolute(2) : op->a);
    if (strchr(letters, 'S') != NULL)
        add_operand(cost, op->b);
}

/* A repeat reads like two ops; a huge request is better replaced by `refuse`, and `largest` by
 * frees and a request of a size that can be read. */
static uint64_t weight_of(const struct ac_op *op, const struct ac_head *head) {
    return 1u + (op->repeat > 1) + (op_asks_for_most(op, head) ? 2u : 0u) +
           (op->kind == AC_OP_LARGEST ? 2u : 0u);
}

static uint64_t settings_of(const struct ac_head *head) {
    const struct ac_head plain = ac_default_head();
    return (uint64_t)(head->source != plain.source) + (uint64_t)__builtin_popcount(head->quirks) +
           (head->sizes != plain.sizes) + (head->frames != plain.frames) +
           (head->threads != plain.threads) + (head->groups != plain.groups) +
           (head->limit != plain.limit) + (head->seed != plain.seed);
}

static struct cost cost_of(const struct ac_program *program) {
    struct cost cost = {.settings = settings_of(&program->head)};
    cost.threads = (uint64_t)__builtin_popcount(program_threads(program));
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        cost.ops += weight_of(op, &program->head);
        cost.calls += op->repeat;
        cost.repeats += op->repeat > 1;
        cost.kinds += plainness[op->kind];
        cost.elsewhere += op->thread != 0;
        add_operands(&cost, op);
    }
    return cost;
}

static int compare_numbers(uint64_t left, uint64_t right) {
    return left < right ? -1 : left > right;
}

static uint64_t ended_thread(const struct ac_op *op) {
    return op_ends_thread(op) ? op->slot : 0;
}

static int compare_threads(const struct ac_program *left, const struct ac_program *right) {
    int order = 0;
    for (size_t i = 0; order == 0 && i < left->count && i < right->count; i++) {
        const struct ac_op *l = &left->ops[i], *r = &right->ops[i];
        order = compare_numbers(l->thread, r->thread);
        order = order != 0 ? order : compare_numbers(ended_thread(l), ended_thread(r));
    }
    return order;
}

static int compare_slots(const struct ac_program *left, const struct ac_program *right) {
    int order = 0;
    for (size_t i = 0; order == 0 && i < left->count && i < right->count; i++) {
        order = compare_numbers(left->ops[i].slot, right->ops[i].slot);
        order = order != 0 ? order : compare_numbers(left->ops[i].from, right->ops[i].from);
    }
    return order;
}

bool ac_program_simpler(const struct ac_program *left, const struct ac_program *right) {
    const struct cost l = cost_of(left), r = cost_of(right);
    const uint64_t pairs[][2] = {
        {l.ops, r.ops},
        {l.calls, r.calls},
        {l.repeats, r.repeats},
        {l.threads, r.threads},
        {l.settings, r.settings},
        {l.kinds, r.kinds},
        {l.elsewhere, r.elsewhere},
        {l.symbols, r.symbols},
        {l.high, r.high},
        {l.low, r.low},
        {l.counts, r.counts},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][0] != pairs[i][1])
            return pairs[i][0] < pairs[i][1];
    const int threads = compare_threads(left, right);
    return (threads != 0 ? threads : compare_slots(left, right)) < 0;
}

struct ac_program_size ac_program_measure(const struct ac_program *program) {
    struct ac_program_size size = {.ops = program->count, .operands = settings_of(&program->head)};
    size.threads = 1 + (uint64_t)__builtin_popcount(program_threads(program));
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const char *letters = op_letters(op);
        size.calls += op->repeat;
        size.operands += op->repeat > 1;
        size.operands += op->thread != 0;
        size.operands += op_ends_thread(op);
        size.operands += strpbrk(letters, "NAK") != NULL;
        size.operands += strchr(letters, 'S') != NULL;
    }
    return size;
}
