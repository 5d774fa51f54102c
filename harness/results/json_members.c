// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "json_members.h"

#include "utf8.h"

#include <stdlib.h>

cJSON *json_add_text(cJSON *object, const char *name, const char *text) {
    char *copy = text != NULL ? utf8_copy(text) : NULL;
    cJSON *added = copy != NULL ? cJSON_AddStringToObject(object, name, copy) : NULL;
    free(copy);
    return added;
}

cJSON *json_append_text(cJSON *array, const char *text) {
    char *copy = utf8_copy(text);
    cJSON *added = copy != NULL ? cJSON_CreateString(copy) : NULL;
    cJSON_AddItemToArray(array, added);
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
    if (text != NULL)
        fprintf(to, "%s\n", text);
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
