// SPDX-License-Identifier: MIT
// Writes a profile as JSON.
#include "profile_file.h"

#include "allocheck/profile_field.h"

#include <cjson/cJSON.h>
#include <stdint.h>
#include <string.h>

static const void *field_of(const struct ac_profile *profile,
                            const struct ac_profile_field *field) {
    return (const char *)profile + field->offset;
}

/* JSON numbers are doubles, exact up to 2^53. */
static cJSON *size_value(size_t size) {
    return size > (size_t)1 << 53 ? cJSON_CreateString("unlimited")
                                  : cJSON_CreateNumber((double)size);
}

static cJSON *list_value(const struct ac_profile_field *field, unsigned causes) {
    cJSON *list = cJSON_CreateArray();
    for (size_t bit = 0; bit < field->word_count; bit++)
        if ((causes >> bit & 1u) != 0)
            cJSON_AddItemToArray(list, cJSON_CreateString(field->words[bit]));
    return list;
}

static cJSON *value_of(const struct ac_profile *profile, const struct ac_profile_field *field) {
    const void *at = field_of(profile, field);
    switch (field->type) {
    case AC_FIELD_TEXT: {
        const char *text = *(const char *const *)at;
        return text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull();
    }
    case AC_FIELD_BOOL:
        return cJSON_CreateBool(*(const bool *)at);
    case AC_FIELD_SIZE:
        return size_value(*(const size_t *)at);
    case AC_FIELD_CHOICE: {
        unsigned choice;
        memcpy(&choice, at, sizeof choice);
        return cJSON_CreateString(field->words[choice]);
    }
    default:
        return list_value(field, *(const unsigned *)at);
    }
}

static void add_field(cJSON *root, const struct ac_profile *profile,
                      const struct ac_profile_field *field) {
    cJSON *object = root;
    if (field->group != NULL) {
        object = cJSON_GetObjectItemCaseSensitive(root, field->group);
        if (object == NULL)
            object = cJSON_AddObjectToObject(root, field->group);
    }
    cJSON_AddItemToObject(object, field->name, value_of(profile, field));
}

/* --- measurements that are not part of a profile --- */

static const char *const remark_keys[AC_REMARKS] = {
    [AC_REMARK_DEVIATION] = "deviations",  [AC_REMARK_GRANTED] = "granted",
    [AC_REMARK_VARIATION] = "variations",  [AC_REMARK_FATAL_CALL] = "ends_process",
    [AC_REMARK_IMPOSSIBLE] = "impossible", [AC_REMARK_POLICY] = "exhaustion"};

static void add_remark(void *ctx, enum ac_remark remark, const char *line) {
    cJSON *list = cJSON_GetObjectItemCaseSensitive(ctx, remark_keys[remark]);
    cJSON_AddItemToArray(list, cJSON_CreateString(line));
}

static bool is_same(const struct ac_profile *left, const struct ac_profile *right,
                    const struct ac_profile_field *field) {
    cJSON *one = value_of(left, field), *other = value_of(right, field);
    const bool same = cJSON_Compare(one, other, true);
    cJSON_Delete(one);
    cJSON_Delete(other);
    return same;
}

/* What was seen in every case. To check it, a person moves it up into the profile. */
static void add_seen(cJSON *root, const struct ac_profile *profile,
                     const struct ac_measurement *measured) {
    struct ac_profile_copy seen;
    size_t count;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    cJSON *object = cJSON_AddObjectToObject(root, "always_seen");
    ac_measurement_profile(measured, profile->name, false, &seen);
    for (size_t i = 0; i < count; i++)
        if (!is_same(profile, &seen.profile, &fields[i]))
            add_field(object, &seen.profile, &fields[i]);
}

static void add_measured(cJSON *root, const struct ac_profile *profile,
                         const struct ac_measurement *measured) {
    cJSON *object = cJSON_AddObjectToObject(root, "measured");
    add_seen(object, profile, measured);
    cJSON_AddItemToObject(object, "largest_request", size_value(measured->largest_request));
    if (measured->fixed_pool == AC_HOLDS_ALWAYS)
        cJSON_AddItemToObject(object, "full_at_bytes", size_value(measured->pool_bytes));
    cJSON_AddItemToObject(object, "usable_slack", size_value(measured->most_slack));
    cJSON *boundaries = cJSON_AddArrayToObject(object, "class_boundaries");
    for (size_t i = 0; i < measured->boundaries.count; i++)
        cJSON_AddItemToArray(boundaries, size_value((size_t)measured->boundaries.at[i]));
    for (size_t i = 0; i < AC_REMARKS; i++)
        cJSON_AddArrayToObject(object, remark_keys[i]);
    ac_measurement_remarks(measured, add_remark, object);
}

char *profile_write(const struct ac_profile *profile, const struct ac_measurement *measured) {
    size_t count;
    const struct ac_profile_field *fields = ac_profile_fields(&count);
    cJSON *root = cJSON_CreateObject();
    for (size_t i = 0; i < count; i++)
        add_field(root, profile, &fields[i]);
    if (measured != NULL)
        add_measured(root, profile, measured);
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}
