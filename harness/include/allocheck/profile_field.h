// SPDX-License-Identifier: MIT
// The fields of a profile by name: the only list, for readers, writers and messages.
#ifndef ALLOCHECK_PROFILE_FIELD_H
#define ALLOCHECK_PROFILE_FIELD_H

#include "profile.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_field_type {
    AC_FIELD_TEXT,   /* const char *; a misuse text may be NULL, the name may not */
    AC_FIELD_BOOL,   /* bool */
    AC_FIELD_SIZE,   /* size_t; SIZE_MAX: unlimited */
    AC_FIELD_CHOICE, /* an enum: index into `words` */
    AC_FIELD_LIST,   /* unsigned: bit numbers, indices into `words` */
};

struct ac_profile_field {
    const char *group; /* the array it is an element of, or NULL */
    const char *name;  /* of the field or element: `malloc', `double_free' */
    enum ac_field_type type;
    size_t offset;            /* in struct ac_profile */
    const char *const *words; /* an entry may be NULL: not a value of this field */
    size_t word_count;
};

/* All fields in the order of struct ac_profile, the elements of a group together. *count: their
 * number. */
const struct ac_profile_field *ac_profile_fields(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
