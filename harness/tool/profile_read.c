// SPDX-License-Identifier: MIT
// Reads a profile from JSON. Errors name the file and the key.
#include "profile_file.h"

#include "tool.h"

#include "allocheck/profile_field.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 1 << 20, WORDS = 256 };

/* A file that is being read. */
struct reading {
    const char *path;
    struct ac_profile profile; /* texts point into the tree */
};

static bool expected(const struct reading *reading, const struct ac_profile_field *field,
                     const char *what) {
    tool_error("%s: key %s%s%s: expected %s", reading->path,
               field->group != NULL ? field->group : "", field->group != NULL ? "." : "",
               field->name, what);
    return false;
}

/* `one of block, null, either'. */
static const char *one_of(const struct ac_profile_field *field, const char *start, char *text) {
    size_t length = (size_t)snprintf(text, WORDS, "%s", start);
    const char *comma = " ";
    for (size_t i = 0; i < field->word_count; i++) {
        if (field->words[i] != NULL && length < WORDS) {
            length +=
                (size_t)snprintf(text + length, WORDS - length, "%s%s", comma, field->words[i]);
            comma = ", ";
        }
    }
    return text;
}

/* The index of a word; -1: not one of the field's. */
static int word_number(const struct ac_profile_field *field, const cJSON *value) {
    for (size_t i = 0; cJSON_IsString(value) && i < field->word_count; i++)
        if (field->words[i] != NULL && strcmp(field->words[i], value->valuestring) == 0)
            return (int)i;
    return -1;
}

/* --- one function for each type --- */

static bool read_text(struct reading *reading, const struct ac_profile_field *field,
                      const cJSON *value, void *at) {
    const bool may_be_null = field->group != NULL;
    if (!cJSON_IsString(value) && !(may_be_null && cJSON_IsNull(value)))
        return expected(reading, field, may_be_null ? "a string or null" : "a string");
    if (cJSON_IsString(value) && strlen(value->valuestring) >= AC_MISUSE_TEXT)
        return expected(reading, field, "a string of at most 159 bytes");
    *(const char **)at = cJSON_IsString(value) ? value->valuestring : NULL;
    return true;
}

static bool read_bool(struct reading *reading, const struct ac_profile_field *field,
                      const cJSON *value, void *at) {
    if (!cJSON_IsBool(value))
        return expected(reading, field, "true or false");
    *(bool *)at = cJSON_IsTrue(value);
    return true;
}

static bool read_size(struct reading *reading, const struct ac_profile_field *field,
                      const cJSON *value, void *at) {
    const bool unlimited = cJSON_IsString(value) && strcmp(value->valuestring, "unlimited") == 0;
    const double number = cJSON_IsNumber(value) ? value->valuedouble : -1;
    const bool whole = number >= 0 && number <= 0x1p53 && (double)(uint64_t)number == number;
    if (!unlimited && !whole)
        return expected(reading, field, "a whole number, or \"unlimited\"");
    *(size_t *)at = unlimited ? SIZE_MAX : (size_t)number;
    return true;
}

static bool read_choice(struct reading *reading, const struct ac_profile_field *field,
                        const cJSON *value, void *at) {
    char text[WORDS];
    const int choice = word_number(field, value);
    if (choice < 0)
        return expected(reading, field, one_of(field, "one of", text));
    memcpy(at, &choice, sizeof choice);
    return true;
}

static bool read_list(struct reading *reading, const struct ac_profile_field *field,
                      const cJSON *value, void *at) {
    char text[WORDS];
    unsigned causes = 0;
    const cJSON *item;
    bool known = cJSON_IsArray(value);
    cJSON_ArrayForEach(item, value) {
        const int bit = word_number(field, item);
        known = known && bit >= 0;
        causes |= known ? 1u << bit : 0;
    }
    if (!known)
        return expected(reading, field, one_of(field, "a list of", text));
    *(unsigned *)at = causes;
    return true;
}

static bool read_value(struct reading *reading, const struct ac_profile_field *field,
                       const cJSON *value) {
    static bool (*const readers[])(struct reading *, const struct ac_profile_field *, const cJSON *,
                                   void *) = {
        [AC_FIELD_TEXT] = read_text,     [AC_FIELD_BOOL] = read_bool, [AC_FIELD_SIZE] = read_size,
        [AC_FIELD_CHOICE] = read_choice, [AC_FIELD_LIST] = read_list,
    };
    return readers[field->type](reading, field, value, (char *)&reading->profile + field->offset);
}

/* --- the tree --- */

static bool same(const char *left, const char *right) {
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static const struct ac_profile_field *find_field(const char *group, const char *name) {
    size_t count;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    for (size_t i = 0; i < count; i++)
        if (same(fields[i].group, group) && strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static bool is_group(const char *name) {
    size_t count;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    for (size_t i = 0; i < count; i++)
        if (fields[i].group != NULL && strcmp(fields[i].group, name) == 0)
            return true;
    return false;
}

static bool read_member(struct reading *reading, const char *group, const cJSON *item) {
    const struct ac_profile_field *field = find_field(group, item->string);
    const char *dot = group != NULL ? "." : "";
    group = group != NULL ? group : "";
    if (field == NULL) {
        tool_error("%s: key %s%s%s: unknown; `allocheck profile --json' prints all keys",
                   reading->path, group, dot, item->string);
        return false;
    }
    for (const cJSON *later = item->next; later != NULL; later = later->next)
        if (strcmp(later->string, item->string) == 0)
            return expected(reading, field, "this key only once");
    return read_value(reading, field, item);
}

static bool read_group(struct reading *reading, const cJSON *item) {
    const cJSON *member;
    if (!cJSON_IsObject(item)) {
        tool_error("%s: key %s: expected an object", reading->path, item->string);
        return false;
    }
    cJSON_ArrayForEach(member, item) {
        if (!read_member(reading, item->string, member))
            return false;
    }
    return true;
}

/* The key `measured` is for people and other tools; readers skip it. */
static bool read_item(struct reading *reading, const cJSON *item) {
    const bool aside = strcmp(item->string, "measured") == 0;
    if (aside && cJSON_IsObject(item))
        return true;
    return aside || is_group(item->string) ? read_group(reading, item)
                                           : read_member(reading, NULL, item);
}

/* Alignments are powers of two. */
static bool check_alignment(const struct reading *reading) {
    const size_t alignment = reading->profile.min_alignment;
    return (alignment & (alignment - 1)) == 0 ||
           expected(reading, find_field(NULL, "min_alignment"), "a power of two, or 0");
}

static bool read_tree(struct reading *reading, const cJSON *root) {
    const cJSON *item;
    if (!cJSON_IsObject(root)) {
        tool_error("%s: expected a JSON object", reading->path);
        return false;
    }
    cJSON_ArrayForEach(item, root) {
        if (!read_item(reading, item))
            return false;
    }
    return check_alignment(reading);
}

/* --- the file --- */

/* The whole file with a zero byte after it, to be freed; NULL: a message has been printed. */
static char *load(const char *path) {
    FILE *file = fopen(path, "r");
    char *text = file != NULL ? malloc(LARGEST_FILE + 1) : NULL;
    if (file == NULL || text == NULL) {
        tool_cannot_read(path);
        if (file != NULL)
            fclose(file);
        return NULL;
    }
    const size_t length = fread(text, 1, LARGEST_FILE, file);
    const bool failed = ferror(file) != 0;
    const bool whole = !failed && fgetc(file) == EOF;
    if (!whole) {
        if (failed)
            tool_cannot_read(path);
        else
            tool_error("%s: expected at most 1 MiB of JSON", path);
        free(text);
        text = NULL;
    } else {
        text[length] = '\0';
    }
    fclose(file);
    return text;
}

static int line_of(const char *text, const char *at) {
    int line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

bool profile_read(const char *path, struct ac_profile_copy *profile) {
    struct reading reading = {path, ac_standard_profile};
    const char *stopped = NULL;
    reading.profile.name = "";
    char *text = load(path);
    if (text == NULL)
        return false;
    cJSON *root = cJSON_ParseWithOpts(text, &stopped, true);
    bool done = false;
    if (root == NULL)
        tool_error("%s:%d: expected JSON", path, line_of(text, stopped));
    else
        done = read_tree(&reading, root);
    if (done)
        ac_profile_copy(profile, &reading.profile);
    cJSON_Delete(root);
    free(text);
    return done;
}
