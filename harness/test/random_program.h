// SPDX-License-Identifier: MIT
// Random valid programs, drawn evenly over all programs, and the number of test rounds.
#ifndef ALLOCHECK_TEST_RANDOM_PROGRAM_H
#define ALLOCHECK_TEST_RANDOM_PROGRAM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocheck/allocator.h"
#include "allocheck/program.h"
#include "allocheck/random.h"

/* Rounds of a random test: `plain`, or a tenth of them under AddressSanitizer. Prints the number.
 */
static inline int random_rounds(const char *what, int plain) {
    plain /= AC_INSTRUMENTED ? 10 : 1;
    printf("%s: %d rounds\n", what, plain);
    return plain;
}

static inline struct ac_operand random_operand(struct ac_random *random) {
    static const uint64_t masks[] = {0x3F, 0xFF, 0xFFFF, 0xFFFFFFFF, UINT64_MAX};
    struct ac_operand operand = {.symbol = (uint8_t)ac_random_below(random, AC_SYMBOLS)};
    operand.value = ac_random_next(random) & masks[ac_random_below(random, 5)];
    if (ac_random_below(random, 3) == 0)
        operand.value = -operand.value;
    if (ac_random_below(random, 6) == 0)
        operand.value = UINT64_C(1) << ac_random_below(random, 64);
    if (operand.symbol == AC_PAGE) {
        uint64_t bound = ac_random_below(random, 2) == 0 ? 255 : UINT16_MAX;
        operand.scale = (uint16_t)(1 + ac_random_below(random, bound));
    }
    return operand;
}

static inline uint32_t random_repeat(struct ac_random *random) {
    static const uint32_t most[] = {1, 1, 1, 1, 1, 3, 257, 258, AC_MAX_REPEAT};
    return 1 + (uint32_t)ac_random_below(random, most[ac_random_below(random, 9)]);
}

static inline struct ac_op random_op(struct ac_random *random, uint32_t slots) {
    struct ac_op op = {.kind = (uint8_t)ac_random_below(random, AC_OP_KINDS)};
    const char *letters = ac_op_info((enum ac_op_kind)op.kind)->operands;
    uint64_t bound = ac_random_below(random, 2) == 0 ? 40 : slots;
    op.repeat = random_repeat(random);
    if (ac_random_below(random, 4) == 0)
        op.thread = (uint8_t)ac_random_below(random, AC_MAX_THREADS);
    if (strpbrk(letters, "DP") != NULL)
        op.slot = (uint32_t)ac_random_below(random, bound);
    if (strstr(letters, "DP") != NULL)
        op.from = (uint32_t)ac_random_below(random, bound);
    if (strchr(letters, 'T') != NULL)
        op.slot = 1 + (uint32_t)ac_random_below(random, AC_MAX_THREADS - 1);
    if (strpbrk(letters, "NAK") != NULL)
        op.a = random_operand(random);
    if (strchr(letters, 'S') != NULL)
        op.b = random_operand(random);
    return op;
}

static inline struct ac_head random_head(struct ac_random *random) {
    struct ac_head head = ac_default_head();
    if (ac_random_below(random, 2) == 0)
        return head;
    head.source = (uint8_t)(1u << ac_random_below(random, 4));
    head.quirks = (uint8_t)ac_random_below(random, 1u << AC_QUIRKS);
    head.sizes = (uint8_t)ac_random_below(random, AC_SIZE_MIXES);
    head.frames = (uint8_t)ac_random_below(random, AC_FRAME_KINDS);
    head.threads = (uint8_t)(1 + ac_random_below(random, AC_MAX_THREADS));
    head.groups = (uint16_t)(ac_random_below(random, 1u << AC_GROUPS) | 1u << AC_GROUP_BASIC);
    head.limit = AC_LIMIT_MIN << ac_random_below(random, 29);
    if (ac_random_below(random, 3) == 0)
        head.limit = AC_LIMIT_MIN + ac_random_below(random, AC_LIMIT_MAX - AC_LIMIT_MIN + 1);
    head.seed = (uint32_t)ac_random_next(random);
    return head;
}

/* Fills `program` with up to 15 ops. */
static inline void random_program(struct ac_program *program, struct ac_random *random,
                                  uint32_t slots) {
    ac_program_clear(program);
    program->head = random_head(random);
    for (uint64_t left = ac_random_below(random, 16); left > 0; left--) {
        struct ac_op op = random_op(random, slots);
        if (!ac_program_append(program, &op))
            abort();
    }
}

#endif
