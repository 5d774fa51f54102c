// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, getdelim */
#include "saved_finding.h"

#include "finding.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the file --- */

/* NULL: `error' says why. */
static char *read_whole(const char *path, size_t *length, char error[SAVED_FINDING_ERROR]) {
    char *text = NULL;
    size_t capacity = 0;
    FILE *from = fopen(path, "re");
    errno = from != NULL ? 0 : errno;
    ssize_t got = from != NULL ? getdelim(&text, &capacity, '\0', from) : -1;
    if (got < 0) {
        snprintf(error, SAVED_FINDING_ERROR, "%s",
                 errno != 0 ? strerror(errno) : "the file is empty");
        free(text);
        text = NULL;
    }
    if (from != NULL)
        fclose(from);
    *length = got > 0 ? (size_t)got : 0;
    return text;
}

static cJSON *read_object(const char *path, char error[SAVED_FINDING_ERROR]) {
    size_t length;
    char *text = read_whole(path, &length, error);
    if (text == NULL)
        return NULL;
    cJSON *object = cJSON_ParseWithLength(text, length);
    free(text);
    if (!cJSON_IsObject(object)) {
        snprintf(error, SAVED_FINDING_ERROR, "expected the JSON object of a finding");
        cJSON_Delete(object);
        return NULL;
    }
    return object;
}

/* --- its members --- */

/* `path': names joined by dots. NULL: no such member. */
static const cJSON *member(const cJSON *object, const char *path) {
    char name[32];
    const char *dot = strchr(path, '.');
    snprintf(name, sizeof name, "%.*s", (int)(dot != NULL ? (size_t)(dot - path) : strlen(path)),
             path);
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return dot != NULL ? member(value, dot + 1) : value;
}

static const char *text(const struct saved_finding *saved, const char *path) {
    return cJSON_GetStringValue(member(saved->finding, path));
}

static bool take_members(struct saved_finding *saved, char error[SAVED_FINDING_ERROR]) {
    const struct {
        const char *path;
        const char **to;
    } needed[] = {{"name", &saved->name},
                  {"oracle.id", &saved->oracle},
                  {"op.kind", &saved->op_kind},
                  {"allocator.name", &saved->allocator}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        *needed[i].to = text(saved, needed[i].path);
        if (*needed[i].to == NULL) {
            snprintf(error, SAVED_FINDING_ERROR, "expected a string member '%s'", needed[i].path);
            return false;
        }
    }
    saved->op = text(saved, "op.text");
    saved->actual = text(saved, "actual");
    saved->reproduce = text(saved, "reproduce");
    saved->confirmed = !cJSON_IsFalse(member(saved->finding, "search.confirmed"));
    saved->in_process = cJSON_IsTrue(member(saved->finding, "search.in_process"));
    return true;
}

static bool has_known_format(const struct saved_finding *saved, char error[SAVED_FINDING_ERROR]) {
    const cJSON *format = member(saved->finding, "finding");
    if (!cJSON_IsNumber(format)) {
        snprintf(error, SAVED_FINDING_ERROR, "expected a number member 'finding'");
        return false;
    }
    if (format->valueint != FINDING_FORMAT) {
        snprintf(error, SAVED_FINDING_ERROR, "expected format %d, not %d", FINDING_FORMAT,
                 format->valueint);
        return false;
    }
    return true;
}

/* NULL: none, or out of memory. */
static char **take_arguments(const cJSON *finding) {
    const cJSON *list = member(finding, "arguments"), *item;
    const int count = cJSON_GetArraySize(list);
    char **arguments = count > 0 ? calloc((size_t)count + 1, sizeof *arguments) : NULL;
    size_t taken = 0;
    cJSON_ArrayForEach(item, list) {
        if (arguments != NULL && cJSON_IsString(item))
            arguments[taken++] = cJSON_GetStringValue(item);
    }
    return arguments;
}

bool saved_finding_read(struct saved_finding *saved, const char *folder,
                        char error[SAVED_FINDING_ERROR]) {
    char *path = NULL;
    *saved = (struct saved_finding){.folder = strdup(folder)};
    if (saved->folder == NULL || asprintf(&path, "%s/finding.json", folder) < 0) {
        snprintf(error, SAVED_FINDING_ERROR, "out of memory");
        saved_finding_close(saved);
        return false;
    }
    saved->finding = read_object(path, error);
    free(path);
    if (saved->finding != NULL && has_known_format(saved, error) && take_members(saved, error)) {
        saved->arguments = take_arguments(saved->finding);
        return true;
    }
    saved_finding_close(saved);
    return false;
}

void saved_finding_close(struct saved_finding *saved) {
    cJSON_Delete(saved->finding);
    free(saved->folder);
    free(saved->arguments);
    *saved = (struct saved_finding){.folder = NULL};
}

size_t saved_finding_also_seen(const struct saved_finding *saved, size_t index,
                               const char **place) {
    const cJSON *also = member(saved->finding, "also_seen");
    const size_t count = (size_t)cJSON_GetArraySize(also);
    if (index < count) {
        const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(also, (int)index));
        *place = text != NULL ? text : "";
    }
    return count;
}

void saved_finding_set_also_seen(struct saved_finding *saved, const struct also_seen *places) {
    cJSON_DeleteItemFromObjectCaseSensitive(saved->finding, "also_seen");
    cJSON *also = places->count > 0 ? cJSON_AddArrayToObject(saved->finding, "also_seen") : NULL;
    for (size_t i = 0; i < places->count; i++)
        cJSON_AddItemToArray(also, cJSON_CreateString(places->at[i]));
}
