// SPDX-License-Identifier: MIT
#include "write.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { PAGE = 4096 };

static void text_of_number(uint64_t number, char text[TEXT]) {
    snprintf(text, TEXT, "%" PRIu64 "%s", number, number > INT64_MAX ? "u" : "");
}

/* A symbol and its delta; false: write it as a number. */
static bool text_of_symbol(struct ac_operand operand, char text[TEXT]) {
    const int64_t delta = (int64_t)operand.value;
    const char *sign = delta < 0 ? "-" : "+";
    const uint64_t size = delta < 0 ? 0 - operand.value : operand.value;
    char base[64];
    switch ((enum ac_symbol)operand.symbol) {
    case AC_MAX:
        snprintf(base, sizeof base, "SIZE_MAX");
        break;
    case AC_HALF:
        snprintf(base, sizeof base, "SIZE_MAX / 2");
        break;
    case AC_LEFT:
        snprintf(base, sizeof base, "left()");
        break;
    default:
        snprintf(base, sizeof base, operand.scale > 1 ? "%u * PAGE" : "PAGE", operand.scale);
    }
    bool wraps = (operand.symbol == AC_MAX && delta > 0) || size > INT32_MAX ||
                 (operand.symbol == AC_PAGE && delta < 0 && size > (uint64_t)operand.scale * PAGE);
    if (wraps && operand.symbol != AC_LEFT)
        return false;
    if (size == 0)
        snprintf(text, TEXT, "%s", base);
    else
        snprintf(text, TEXT, "%s %s %" PRIu64, base, sign, size);
    return true;
}

void text_of_operand(struct ac_operand operand, char text[TEXT]) {
    const struct ac_resolve known = {.page_size = PAGE};
    if (operand.symbol == AC_ABSOLUTE || !text_of_symbol(operand, text))
        text_of_number(ac_operand_resolve(operand, &known), text);
}

void text_of_slot(uint32_t slot, bool repeated, char text[TEXT]) {
    if (!repeated)
        snprintf(text, TEXT, "%" PRIu32, slot);
    else if (slot == 0)
        snprintf(text, TEXT, "i");
    else
        snprintf(text, TEXT, "%" PRIu32 " + i", slot);
}

void text_of_total(const struct ac_op *op, const struct request *request, char text[TEXT]) {
    char count[TEXT], size[TEXT];
    text_of_operand(op->b, size);
    if (request->wraps) {
        snprintf(text, TEXT, "SIZE_MAX");
    } else if (request->count == 1 && !request->dynamic) {
        snprintf(text, TEXT, "%s", size);
    } else if (!request->dynamic) {
        text_of_number(request->total, text);
    } else if (request->function != AC_FN_CALLOC && request->function != AC_FN_REALLOCARRAY) {
        snprintf(text, TEXT, "%s", size);
    } else {
        text_of_operand(op->a, count);
        snprintf(text, TEXT, "(%.100s) * (%.100s)", count, size);
    }
}

void put_comment(FILE *to, const char *text) {
    for (; *text != '\0'; text++) {
        bool plain = isprint((unsigned char)*text) && *text != '\\';
        fputc(plain && !(text[0] == '?' && text[1] == '?') ? *text : '.', to);
    }
}

void put_quoted(FILE *to, const char *text) {
    fputc('"', to);
    for (; *text != '\0'; text++) {
        bool plain = isprint((unsigned char)*text) && strchr("\\\"?", *text) == NULL;
        fprintf(to, plain ? "%c" : "\\%03o", (unsigned char)*text);
    }
    fputc('"', to);
}
