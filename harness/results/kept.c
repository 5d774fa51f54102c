// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, getdelim */
#include "kept.h"

#include "finding.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the file --- */

/* NULL: `trouble' says why. */
static char *read_whole(const char *path, size_t *length, char trouble[KEPT_TROUBLE]) {
    char *text = NULL;
    size_t capacity = 0;
    FILE *from = fopen(path, "re");
    errno = from != NULL ? 0 : errno;
    ssize_t got = from != NULL ? getdelim(&text, &capacity, '\0', from) : -1;
    if (got < 0) {
        snprintf(trouble, KEPT_TROUBLE, "%s", errno != 0 ? strerror(errno) : "it is empty");
        free(text);
        text = NULL;
    }
    if (from != NULL) {
        fclose(from);
    }
    *length = got > 0 ? (size_t)got : 0;
    return text;
}

static cJSON *read_object(const char *path, char trouble[KEPT_TROUBLE]) {
    size_t length;
    char *text = read_whole(path, &length, trouble);
    if (text == NULL) {
        return NULL;
    }
    cJSON *object = cJSON_ParseWithLength(text, length);
    free(text);
    if (!cJSON_IsObject(object)) {
        snprintf(trouble, KEPT_TROUBLE, "expected the JSON object of a finding");
        cJSON_Delete(object);
        return NULL;
    }
    return object;
}

/* --- its members --- */

/* `path': names with a dot between them. NULL: there is no such member. */
static const cJSON *member(const cJSON *object, const char *path) {
    char name[32];
    const char *dot = strchr(path, '.');
    snprintf(name, sizeof name, "%.*s", (int)(dot != NULL ? (size_t)(dot - path) : strlen(path)),
             path);
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return dot != NULL ? member(value, dot + 1) : value;
}

static const char *text(const struct kept *kept, const char *path) {
    return cJSON_GetStringValue(member(kept->finding, path));
}

static bool take_members(struct kept *kept, char trouble[KEPT_TROUBLE]) {
    const struct {
        const char *path;
        const char **to;
    } needed[] = {{"name", &kept->name},
                  {"oracle.id", &kept->oracle},
                  {"op.kind", &kept->op_kind},
                  {"allocator.name", &kept->allocator}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        *needed[i].to = text(kept, needed[i].path);
        if (*needed[i].to == NULL) {
            snprintf(trouble, KEPT_TROUBLE, "expected a member %s, a string", needed[i].path);
            return false;
        }
    }
    kept->op = text(kept, "op.text");
    kept->actual = text(kept, "actual");
    kept->reproduce = text(kept, "reproduce");
    kept->confirmed = !cJSON_IsFalse(member(kept->finding, "search.confirmed"));
    return true;
}

static bool has_known_format(const struct kept *kept, char trouble[KEPT_TROUBLE]) {
    const cJSON *format = member(kept->finding, "finding");
    if (!cJSON_IsNumber(format)) {
        snprintf(trouble, KEPT_TROUBLE, "expected a member finding, a number");
        return false;
    }
    if (format->valueint != FINDING_FORMAT) {
        snprintf(trouble, KEPT_TROUBLE, "expected format %d, not %d", FINDING_FORMAT,
                 format->valueint);
        return false;
    }
    return true;
}

bool kept_read(struct kept *kept, const char *folder, char trouble[KEPT_TROUBLE]) {
    char *path = NULL;
    *kept = (struct kept){.folder = strdup(folder)};
    if (kept->folder == NULL || asprintf(&path, "%s/finding.json", folder) < 0) {
        snprintf(trouble, KEPT_TROUBLE, "out of memory");
        kept_close(kept);
        return false;
    }
    kept->finding = read_object(path, trouble);
    free(path);
    if (kept->finding != NULL && has_known_format(kept, trouble) && take_members(kept, trouble)) {
        return true;
    }
    kept_close(kept);
    return false;
}

void kept_close(struct kept *kept) {
    cJSON_Delete(kept->finding);
    free(kept->folder);
    *kept = (struct kept){.folder = NULL};
}

/* --- which show the same --- */

bool kept_is_same(const struct kept *left, const struct kept *right) {
    return strcmp(left->name, right->name) == 0 && strcmp(left->allocator, right->allocator) == 0;
}

/* Moves at[from] to at[to], those between one further. */
static void move(struct kept *at, size_t *counts, size_t from, size_t to) {
    struct kept moved = at[from];
    memmove(at + to + 1, at + to, (from - to) * sizeof *at);
    memmove(counts + to + 1, counts + to, (from - to) * sizeof *counts);
    at[to] = moved;
    counts[to] = 0;
}

void kept_group(struct kept *at, size_t *counts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (first < i && (counts[first] == 0 || !kept_is_same(&at[first], &at[i]))) {
            first++;
        }
        if (first < i) {
            move(at, counts, i, first + counts[first]);
            counts[first]++;
        } else {
            counts[i] = 1;
        }
    }
}
