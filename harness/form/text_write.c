// SPDX-License-Identifier: MIT
#include "text.h"

void ac_put_char(struct text_writer *to, char c) {
    if (to->length < to->capacity)
        to->text[to->length] = c;
    to->length++;
}

void ac_put_text(struct text_writer *to, const char *text) {
    for (; *text != '\0'; text++)
        ac_put_char(to, *text);
}

void ac_put_decimal(struct text_writer *to, uint64_t number) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0)
        ac_put_char(to, digits[--count]);
}

size_t ac_end_text(struct text_writer *to) {
    if (to->capacity > 0)
        to->text[to->length < to->capacity ? to->length : to->capacity - 1] = '\0';
    return to->length;
}
