// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "clean_text.h"

#include <stdlib.h>

/* Bytes that a first byte announces; 0: it is none. */
static size_t announced(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    return first >= 0xF5 || first < 0xC2 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

static bool is_character(uint32_t value, size_t length) {
    static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    bool none = value == 0x7F || value == 0xFFFE || value == 0xFFFF;
    return (value >= least[length] && value <= 0x10FFFF && !surrogate && !none) || value == '\t' ||
           value == '\n';
}

size_t clean_length(const char *text) {
    const unsigned char first = (unsigned char)text[0];
    const size_t length = announced(first);
    uint32_t value = length < 2 ? first : first & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        const unsigned char next = (unsigned char)text[i];
        if ((next & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (next & 0x3Fu);
    }
    return length != 0 && is_character(value, length) ? length : 0;
}

void clean_put(FILE *to, const char *text) {
    while (*text != '\0') {
        const size_t length = clean_length(text);
        if (length == 0) {
            fprintf(to, "\\x%02X", (unsigned)(unsigned char)*text++);
        } else {
            fwrite(text, 1, length, to);
            text += length;
        }
    }
}

char *clean_copy(const char *text) {
    char *copy = NULL;
    size_t length;
    FILE *to = open_memstream(&copy, &length);
    if (to == NULL) {
        return NULL;
    }
    clean_put(to, text);
    return fclose(to) == 0 ? copy : (free(copy), NULL);
}

cJSON *json_add_text(cJSON *object, const char *name, const char *text) {
    char *copy = text != NULL ? clean_copy(text) : NULL;
    cJSON *added = copy != NULL ? cJSON_AddStringToObject(object, name, copy) : NULL;
    free(copy);
    return added;
}

cJSON *json_add_number(cJSON *object, const char *name, uint64_t value) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    return cJSON_AddRawToObject(object, name, digits);
}

bool json_put(cJSON *object, FILE *to) {
    char *text = cJSON_Print(object);
    cJSON_Delete(object);
    if (text != NULL) {
        fprintf(to, "%s\n", text);
    }
    cJSON_free(text);
    return text != NULL;
}

char *json_text(cJSON *object) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool complete = to != NULL && json_put(object, to);
    complete = to != NULL && fclose(to) == 0 && complete;
    return complete ? text : (free(text), NULL);
}
