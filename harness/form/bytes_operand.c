// SPDX-License-Identifier: MIT
#include "bytes.h"

const struct byte_form ac_byte_forms[BYTE_FORMS] = {
    {AC_ABSOLUTE, 0, 2}, {AC_ABSOLUTE, 0, 4}, {AC_ABSOLUTE, 0, 8}, {AC_MAX, 0, 1},
    {AC_MAX, 0, 8},      {AC_HALF, 0, 1},     {AC_HALF, 0, 8},     {AC_LEFT, 0, 1},
    {AC_LEFT, 0, 8},     {AC_PAGE, 1, 1},     {AC_PAGE, 2, 8},
};

static bool is_alignment(char letter) {
    return letter == 'A';
}

static uint64_t sign_extend(uint64_t value, unsigned bytes) {
    uint64_t sign = UINT64_C(1) << (8 * bytes - 1);
    return (value ^ sign) - sign;
}

static struct ac_operand decode_form(struct byte_reader *from, const struct byte_form *form) {
    struct ac_operand operand = {.symbol = form->symbol};
    operand.scale = (uint16_t)ac_take_number(from, form->scale_bytes);
    operand.value = ac_take_number(from, form->value_bytes);
    if (form->symbol != AC_ABSOLUTE)
        operand.value = sign_extend(operand.value, form->value_bytes);
    if (form->symbol == AC_PAGE && operand.scale == 0)
        operand.scale = 1;
    return operand;
}

static struct ac_operand decode_dense(uint8_t tag, char letter) {
    if (!is_alignment(letter))
        return ac_absolute(tag);
    unsigned power = tag < ALIGN_POWERS ? tag : tag % ALIGN_FOLDED_POWERS;
    return ac_absolute(UINT64_C(1) << power);
}

struct ac_operand ac_decode_operand(struct byte_reader *from, char letter, uint8_t sizes) {
    uint8_t tag = ac_take_byte(from);
    if (tag <= TAG_DENSE_LAST)
        return decode_dense(tag, letter);
    if (tag < TAG_FALLBACK)
        return decode_form(from, &ac_byte_forms[tag - TAG_FORMS]);
    return ac_fallback_operand(tag, ac_take_byte(from), letter, sizes);
}

/* The tag that alone encodes the operand, or -1. */
static int dense_tag(struct ac_operand operand, char letter) {
    if (operand.symbol != AC_ABSOLUTE)
        return -1;
    if (!is_alignment(letter))
        return operand.value <= TAG_DENSE_LAST ? (int)operand.value : -1;
    for (int power = 0; power < ALIGN_POWERS; power++)
        if (operand.value == UINT64_C(1) << power)
            return power;
    return -1;
}

static bool fits(struct ac_operand operand, const struct byte_form *form) {
    if (operand.symbol != form->symbol)
        return false;
    if (form->scale_bytes == 1 && operand.scale > UINT8_MAX)
        return false;
    if (form->value_bytes == 8)
        return true;
    if (form->symbol == AC_ABSOLUTE)
        return operand.value >> (8 * form->value_bytes) == 0;
    return sign_extend(operand.value & 0xFF, 1) == operand.value;
}

void ac_encode_operand(struct ac_operand operand, char letter, struct byte_writer *to) {
    int tag = dense_tag(operand, letter);
    if (tag >= 0) {
        ac_put_byte(to, (unsigned)tag);
        return;
    }
    unsigned index = 0;
    while (!fits(operand, &ac_byte_forms[index]))
        index++;
    ac_put_byte(to, TAG_FORMS + index);
    ac_put_number(to, operand.scale, ac_byte_forms[index].scale_bytes);
    ac_put_number(to, operand.value, ac_byte_forms[index].value_bytes);
}
