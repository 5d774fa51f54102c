// SPDX-License-Identifier: MIT
// The meaning of bytes that are not codes, so that random bytes from an engine decode to
// interesting programs. These tables are part of the byte form and never change, unlike the
// generator's.
#include "bytes.h"

enum { CHOICES = 12 }; /* values of tag >> 4 from TAG_FALLBACK on */

/* The share of each op kind among fallback bytes, relative to the other enabled groups. */
static const struct {
    uint8_t kind;
    uint8_t group;
    uint8_t times;
    uint8_t since; /* version that added it; 0: the first */
} fallback_ops[] = {
    {AC_OP_MALLOC, AC_GROUP_BASIC, 12, 0},
    {AC_OP_CALLOC, AC_GROUP_BASIC, 6, 0},
    {AC_OP_FREE, AC_GROUP_BASIC, 12, 0},
    {AC_OP_REALLOC, AC_GROUP_REALLOC, 8, 0},
    {AC_OP_REALLOCARRAY, AC_GROUP_REALLOC, 2, 0},
    {AC_OP_FREE_SIZED, AC_GROUP_SIZED, 3, 0},
    {AC_OP_FREE_ALIGNED_SIZED, AC_GROUP_SIZED, 1, 0},
    {AC_OP_ALIGNED_ALLOC, AC_GROUP_ALIGNED, 3, 0},
    {AC_OP_POSIX_MEMALIGN, AC_GROUP_ALIGNED, 3, 0},
    {AC_OP_MEMALIGN, AC_GROUP_ALIGNED, 2, 0},
    {AC_OP_USABLE, AC_GROUP_USABLE, 3, 0},
    {AC_OP_FILL, AC_GROUP_USABLE, 3, 0},
    {AC_OP_CHECK, AC_GROUP_USABLE, 1, 0},
    {AC_OP_CHECK_ALL, AC_GROUP_USABLE, 1, 0},
    {AC_OP_ENTER, AC_GROUP_FRAMES, 3, 0},
    {AC_OP_LEAVE, AC_GROUP_FRAMES, 3, 0},
    {AC_OP_ALLOCA, AC_GROUP_FRAMES, 4, 0},
    {AC_OP_VLA, AC_GROUP_FRAMES, 2, 0},
    {AC_OP_FREE_EVERY, AC_GROUP_BULK, 2, 0},
    {AC_OP_LARGEST, AC_GROUP_BULK, 1, 0},
    {AC_OP_REFUSE, AC_GROUP_SOURCE, 3, 0},
    {AC_OP_TRIM, AC_GROUP_SOURCE, 1, 0},
    {AC_OP_FOREIGN_BRK, AC_GROUP_SOURCE, 1, 0},
    {AC_OP_EXIT, AC_GROUP_THREADS, 1, 0},
    {AC_OP_FORK, AC_GROUP_THREADS, 1, 0},
    {AC_OP_DOUBLE_FREE, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_FREE_INTERIOR, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_FREE_FOREIGN, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_FREE_WILD, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_OVERFLOW, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_WRITE_FREED, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_REALLOC_FREED, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_USABLE_FREED, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_WRONG_SIZE, AC_GROUP_MISUSE, 1, 0},
    {AC_OP_FREE_AT_EXIT, AC_GROUP_THREADS, 2, 2},
    {AC_OP_REFUSE_FROM, AC_GROUP_SOURCE, 1, 2},
};

void ac_fallback_ops_fill(struct fallback_ops *ops, uint16_t groups, unsigned version) {
    ops->count = 0;
    for (size_t row = 0; row < sizeof fallback_ops / sizeof fallback_ops[0]; row++) {
        if ((groups >> fallback_ops[row].group & 1) == 0 || fallback_ops[row].since > version)
            continue;
        for (unsigned i = 0; i < fallback_ops[row].times; i++)
            ops->kinds[ops->count++] = fallback_ops[row].kind;
    }
}

static struct ac_operand symbolic(uint8_t symbol, int64_t delta) {
    struct ac_operand operand = {(uint64_t)delta, symbol == AC_PAGE, symbol};
    return operand;
}

static struct ac_operand small(unsigned choice, uint8_t byte) {
    (void)choice;
    return ac_absolute(byte % 65u);
}

static struct ac_operand sixteenth(unsigned choice, uint8_t byte) {
    return ac_absolute(16u * (byte + 1u) + choice % 3 - 1);
}

static struct ac_operand power(unsigned choice, uint8_t byte) {
    static const int deltas[CHOICES] = {0, -1, 1, -8, 8, -16, 16, -24, -9, -17, -4, -32};
    uint64_t two = UINT64_C(1) << (5 + byte % 18);
    return ac_absolute(two + (uint64_t)deltas[choice]);
}

static struct ac_operand pages(unsigned choice, uint8_t byte) {
    static const uint8_t scales[CHOICES] = {1, 1, 2, 2, 3, 4, 5, 8, 16, 32, 33, 64};
    struct ac_operand operand = symbolic(AC_PAGE, byte < 195 ? -(byte % 65) : byte - 195);
    operand.scale = scales[choice];
    return operand;
}

static struct ac_operand left(unsigned choice, uint8_t byte) {
    return symbolic(AC_LEFT, choice & 1 ? -16 * byte : -(byte % 65));
}

static struct ac_operand huge(unsigned choice, uint8_t byte) {
    static const struct {
        uint8_t symbol;
        int8_t step; /* times the byte */
        uint8_t power;
    } rows[CHOICES] = {
        {AC_MAX, -1, 0},      {AC_MAX, -1, 0},       {AC_MAX, -16, 0},      {AC_MAX, -127, 0},
        {AC_HALF, 1, 0},      {AC_HALF, -1, 0},      {AC_HALF, 16, 0},      {AC_HALF, -16, 0},
        {AC_ABSOLUTE, 1, 32}, {AC_ABSOLUTE, -1, 32}, {AC_ABSOLUTE, -1, 31}, {AC_ABSOLUTE, 0, 48},
    };
    struct ac_operand operand = symbolic(rows[choice].symbol, rows[choice].step * byte);
    if (operand.symbol == AC_ABSOLUTE)
        operand.value += UINT64_C(1) << rows[choice].power;
    return operand;
}

/* Factors whose products wrap to 0 or to a small number. */
static struct ac_operand factor(unsigned choice, uint8_t byte) {
    static const uint8_t powers[CHOICES] = {32, 33, 31, 32, 63, 62, 61, 16, 48, 1, 2, 3};
    return ac_absolute((UINT64_C(1) << powers[choice]) + (byte >= 192));
}

typedef struct ac_operand draw(unsigned choice, uint8_t byte);

static draw *const by_mix[AC_SIZE_MIXES][16] = {
    [AC_SIZES_MIXED] = {small, small, small, small, small, sixteenth, sixteenth, sixteenth, power,
                        power, power, pages, pages, left, huge, factor},
    [AC_SIZES_SMALL] = {small, small, small, small, small, small, small, small, small, small, small,
                        sixteenth, sixteenth, sixteenth, sixteenth, sixteenth},
    [AC_SIZES_CLASS] = {sixteenth, sixteenth, sixteenth, sixteenth, sixteenth, sixteenth, sixteenth,
                        sixteenth, power, power, power, power, power, power, small, small},
    [AC_SIZES_PAGE] = {pages, pages, pages, pages, pages, pages, pages, pages, pages, power, power,
                       power, small, small, sixteenth, sixteenth},
    [AC_SIZES_LARGE] = {left, left, left, pages, pages, pages, pages, pages, power, power, power,
                        power, power, power, small, small},
    [AC_SIZES_HUGE] = {huge, huge, huge, huge, huge, huge, huge, factor, factor, factor, factor,
                       factor, left, left, small, small},
};

static struct ac_operand fallback_alignment(unsigned choice, uint8_t byte) {
    static const uint64_t odd[] = {0, 3, 24, 48, 4097, UINT64_C(1) << 40, UINT64_C(1) << 63};
    if (choice == 0 && byte >= 128)
        return ac_absolute(odd[byte % (sizeof odd / sizeof odd[0])]);
    return ac_absolute(UINT64_C(1) << byte % ALIGN_POWERS);
}

struct ac_operand ac_fallback_operand(uint8_t tag, uint8_t byte, char letter, uint8_t sizes) {
    unsigned choice = (tag >> 4) - (TAG_FALLBACK >> 4);
    if (letter == 'A')
        return fallback_alignment(choice, byte);
    if (letter == 'K')
        return ac_absolute(1 + byte % 16u);
    return by_mix[sizes][tag & 15](choice, byte);
}
