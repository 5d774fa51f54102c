// SPDX-License-Identifier: MIT
#include "text.h"

static const char *symbol_name(size_t index) {
    static const char *const names[AC_SYMBOLS] = {
        [AC_ABSOLUTE] = "", [AC_MAX] = "max",   [AC_HALF] = "half",
        [AC_LEFT] = "left", [AC_PAGE] = "page",
    };
    return names[index];
}

/* The operands of ops.def in error messages. */
static const char *expected_of(char letter) {
    switch (letter) {
    case 'N':
        return "a count: a number, or max, half, left or page with an optional delta";
    case 'S':
        return "a size: a number, or max, half, left or page with an optional delta";
    case 'A':
        return "an alignment: a number, or max, half, left or page with an optional delta";
    default:
        return "a number, or max, half, left or page with an optional delta";
    }
}

static bool parse_delta(struct text_cursor *from, struct ac_operand *operand) {
    static const char what[] = "a delta from -9223372036854775808 to +9223372036854775807";
    bool negative = ac_take_char(from, '-');
    if (!negative && !ac_take_char(from, '+'))
        return true;
    uint64_t most = (uint64_t)INT64_MAX + negative;
    bool taken = ac_take_text_number(from, most, what, &operand->value);
    operand->value = negative ? -operand->value : operand->value;
    return taken;
}

static bool parse_symbol(struct text_cursor *from, struct ac_operand *operand, const char *what) {
    for (unsigned symbol = AC_ABSOLUTE + 1; symbol < AC_SYMBOLS; symbol++) {
        if (ac_take_word(from, symbol_name(symbol))) {
            operand->symbol = (uint8_t)symbol;
            operand->scale = symbol == AC_PAGE;
            return parse_delta(from, operand);
        }
    }
    return ac_expected(from, from->next, what);
}

/* The rest of `3*page-16` after `3*`. */
static bool parse_pages(struct text_cursor *from, const char *start, struct ac_operand *operand) {
    uint64_t scale = operand->value;
    if (scale < 1 || scale > UINT16_MAX)
        return ac_expected(from, start, "a page count from 1 to 65535");
    const char *symbol = from->next;
    *operand = ac_absolute(0);
    if (!parse_symbol(from, operand, "`page`"))
        return false;
    if (operand->symbol != AC_PAGE)
        return ac_expected(from, symbol, "`page`");
    operand->scale = (uint16_t)scale;
    return true;
}

static bool parse_value(struct text_cursor *from, struct ac_operand *operand) {
    const char *start = from->next;
    return ac_take_text_number(from, UINT64_MAX, "a number below 2^64, such as 24, 16K or 0x18",
                               &operand->value) &&
           (!ac_take_char(from, '*') || parse_pages(from, start, operand));
}

bool ac_parse_operand(struct text_cursor *from, char letter, struct ac_operand *operand) {
    bool digit = from->next < from->end && *from->next >= '0' && *from->next <= '9';
    *operand = ac_absolute(0);
    return digit ? parse_value(from, operand) : parse_symbol(from, operand, expected_of(letter));
}

static void print_delta(struct text_writer *to, uint64_t delta) {
    if (delta == 0)
        return;
    bool negative = delta >> 63 == 1;
    ac_put_char(to, negative ? '-' : '+');
    ac_put_decimal(to, negative ? -delta : delta);
}

void ac_print_operand_to(struct text_writer *to, struct ac_operand operand) {
    if (operand.symbol == AC_ABSOLUTE) {
        ac_put_decimal(to, operand.value);
        return;
    }
    if (operand.scale > 1) {
        ac_put_decimal(to, operand.scale);
        ac_put_char(to, '*');
    }
    ac_put_text(to, symbol_name(operand.symbol));
    print_delta(to, operand.value);
}
