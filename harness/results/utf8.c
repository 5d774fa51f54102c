// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* The length that a first byte announces; 0: not a first byte. */
static size_t announced(unsigned char first) {
    if (first < 0x80)
        return 1;
    return first >= 0xF5 || first < 0xC2 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

static bool is_character(uint32_t value, size_t length) {
    static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    bool none = value == 0x7F || value == 0xFFFE || value == 0xFFFF;
    return (value >= least[length] && value <= 0x10FFFF && !surrogate && !none) || value == '\t' ||
           value == '\n';
}

size_t utf8_length(const char *text) {
    const unsigned char first = (unsigned char)text[0];
    const size_t length = announced(first);
    uint32_t value = length < 2 ? first : first & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        const unsigned char next = (unsigned char)text[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3Fu);
    }
    return length != 0 && is_character(value, length) ? length : 0;
}

void utf8_put(FILE *to, const char *text) {
    while (*text != '\0') {
        const size_t length = utf8_length(text);
        if (length == 0) {
            fprintf(to, "\\x%02X", (unsigned)(unsigned char)*text++);
        } else {
            fwrite(text, 1, length, to);
            text += length;
        }
    }
}

char *utf8_copy(const char *text) {
    char *copy = NULL;
    size_t length;
    FILE *to = open_memstream(&copy, &length);
    if (to == NULL)
        return NULL;
    utf8_put(to, text);
    return fclose(to) == 0 ? copy : (free(copy), NULL);
}
