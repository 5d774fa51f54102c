// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream, fmemopen */
#include "json_column.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT (UINT64_C(1) << 53) /* integers up to this are doubles */

static uint64_t load(const unsigned char *at, size_t size) {
    uint32_t word;
    uint64_t value;
    switch (size) {
    case 1:
        return *at;
    case 4:
        memcpy(&word, at, sizeof word);
        return word;
    default:
        memcpy(&value, at, sizeof value);
        return value;
    }
}

static int64_t sign_extended(uint64_t value, size_t size) {
    const unsigned spare = 64 - 8 * (unsigned)size;
    return (int64_t)(value << spare) >> spare;
}

static void put_number(FILE *to, uint64_t value) {
    fprintf(to, value > EXACT ? "\"%" PRIu64 "\"" : "%" PRIu64, value);
}

static void put_value(FILE *to, uint64_t value, const struct json_column *column) {
    const bool none = value == UINT64_MAX >> (64 - 8 * column->size);
    if (column->none == COLUMN_SIGNED)
        fprintf(to, "%" PRId64, sign_extended(value, column->size));
    else if (none && column->none == COLUMN_NULL)
        fputs("null", to);
    else if (none && column->none == COLUMN_MINUS_ONE)
        fputs("-1", to);
    else
        put_number(to, value);
}

static const unsigned char *member(const struct json_column *column, const void *from) {
    return (const unsigned char *)from + column->offset;
}

void json_column_add(cJSON *to, const struct json_column *column, const void *first, size_t stride,
                     size_t count) {
    char *json = NULL;
    size_t length;
    FILE *text = open_memstream(&json, &length);
    if (text == NULL)
        return;
    fputc('[', text);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",", text);
        put_value(text, load(member(column, first) + i * stride, column->size), column);
    }
    fputc(']', text);
    if (fclose(text) == 0)
        cJSON_AddRawToObject(to, column->name, json);
    free(json);
}

void json_column_add_member(cJSON *to, const struct json_column *column, const void *from) {
    char json[32] = "";
    FILE *text = fmemopen(json, sizeof json, "w");
    if (text != NULL) {
        put_value(text, load(member(column, from), column->size), column);
        fclose(text);
        cJSON_AddRawToObject(to, column->name, json);
    }
}
