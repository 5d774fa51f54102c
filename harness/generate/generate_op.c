// SPDX-License-Identifier: MIT
// Draws one op, without regard to the ops before it.
#include "parts.h"

#include <string.h>

enum { DRAWN_SLOTS = 12 };

/* The share of each group, relative to the other enabled groups. */
static const uint8_t group_weight[AC_GROUPS] = {
    [AC_GROUP_BASIC] = 40,  [AC_GROUP_REALLOC] = 18, [AC_GROUP_SIZED] = 6, [AC_GROUP_ALIGNED] = 14,
    [AC_GROUP_USABLE] = 10, [AC_GROUP_FRAMES] = 14,  [AC_GROUP_BULK] = 4,  [AC_GROUP_SOURCE] = 7,
    [AC_GROUP_THREADS] = 4, [AC_GROUP_MISUSE] = 8,
};

static enum ac_group draw_group(const struct ac_head *head, struct ac_random *random) {
    unsigned weights[AC_GROUPS];
    for (unsigned group = 0; group < AC_GROUPS; group++)
        weights[group] = ac_group_on(head, (enum ac_group)group) ? group_weight[group] : 0u;
    return (enum ac_group)ac_random_weighted(random, weights, AC_GROUPS);
}

enum ac_op_kind ac_generate_kind(const struct ac_head *head, struct ac_random *random) {
    enum ac_group group = draw_group(head, random);
    unsigned weights[AC_OP_KINDS];
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++) {
        const struct ac_op_info *info = ac_op_info((enum ac_op_kind)kind);
        weights[kind] = info->group == group ? info->weight : 0;
    }
    return (enum ac_op_kind)ac_random_weighted(random, weights, AC_OP_KINDS);
}

uint32_t ac_generate_repeat(struct ac_random *random) {
    static const uint16_t counts[] = {2,  3,  4,  7,  8,   9,   15,  16,  17,  31,  32,
                                      33, 63, 64, 65, 100, 127, 128, 129, 200, 256, 257};
    return counts[ac_random_below(random, sizeof counts / sizeof counts[0])];
}

static struct ac_operand draw_number(enum ac_op_kind kind, struct ac_random *random) {
    switch (kind) {
    case AC_OP_FREE_FOREIGN:
        return ac_absolute(ac_random_below(random, 3));
    case AC_OP_FREE_EVERY:
        return ac_absolute(1 + ac_random_below(random, 4));
    default:
        return ac_absolute(ac_random_below(random, 8));
    }
}

/* For sizes that are offsets into or past a block, mostly small. */
static struct ac_operand draw_offset(const struct ac_head *head, struct ac_random *random,
                                     const struct ac_boundaries *boundaries) {
    if (ac_random_below(random, 8) == 0)
        return ac_generate_size(head, random, boundaries);
    return ac_absolute(ac_random_below(random, 2) == 0 ? ac_random_below(random, 4)
                                                       : 8 * ac_random_below(random, 9));
}

static bool is_offset(const struct ac_op *op) {
    return op->kind == AC_OP_FREE_INTERIOR || op->kind == AC_OP_OVERFLOW ||
           op->kind == AC_OP_WRITE_FREED || op->kind == AC_OP_WRONG_SIZE;
}

static void draw_sizes(struct ac_op *op, const char *letters, const struct size_draw *from) {
    op->b = is_offset(op) ? draw_offset(from->head, from->random, from->boundaries)
                          : ac_generate_size(from->head, from->random, from->boundaries);
    if (strchr(letters, 'N') != NULL) {
        struct ac_product product = ac_generate_product(from, op->b);
        op->a = product.count;
        op->b = product.size;
    }
}

/* Any thread but the main thread, which cannot exit. */
static uint32_t draw_exit(const struct ac_head *head, struct ac_random *random) {
    return head->threads > 1 ? 1 + (uint32_t)ac_random_below(random, head->threads - 1u) : 1;
}

void ac_generate_op(struct ac_op *op, const struct ac_head *head, struct ac_random *random,
                    const struct ac_generate_options *options) {
    enum ac_op_kind kind = ac_generate_kind(head, random);
    const char *letters = ac_op_info(kind)->operands;
    *op = (struct ac_op){.kind = (uint8_t)kind, .repeat = 1};
    op->thread = (uint8_t)ac_random_below(random, head->threads);
    if (strpbrk(letters, "DP") != NULL)
        op->slot = (uint32_t)ac_random_below(random, DRAWN_SLOTS);
    if (strstr(letters, "DP") != NULL) {
        bool same = ac_random_below(random, 4) != 0;
        op->from = same ? op->slot : (uint32_t)ac_random_below(random, DRAWN_SLOTS);
    }
    if (strchr(letters, 'T') != NULL)
        op->slot = draw_exit(head, random);
    if (strchr(letters, 'A') != NULL)
        op->a = ac_generate_alignment(random);
    if (strchr(letters, 'K') != NULL)
        op->a = draw_number(kind, random);
    if (strchr(letters, 'S') != NULL) {
        const struct size_draw from = {head, random, options->boundaries};
        draw_sizes(op, letters, &from);
    }
}
