// SPDX-License-Identifier: MIT
// The fields of a profile by name: the one list that reads, writes and names them.
#ifndef ALLOCHECK_PROFILE_FIELD_H
#define ALLOCHECK_PROFILE_FIELD_H

#include "profile.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_field_type {
    AC_FIELD_TEXT,   /* const char *, owned; the name may not be NULL, a misuse may */
    AC_FIELD_BOOL,   /* bool */
    AC_FIELD_SIZE,   /* size_t; SIZE_MAX is unlimited */
    AC_FIELD_CHOICE, /* an enum, one of `words` by its value */
    AC_FIELD_CAUSES, /* unsigned, bits; `words` by the number of the bit */
};

/* One field. */
struct ac_profile_field {
    const char *group; /* NULL, or the name of the array that it is an element of */
    const char *name;  /* of the field, or of the element: `malloc', `double_free' */
    enum ac_field_type type;
    size_t offset;            /* in struct ac_profile */
    const char *const *words; /* NULL ends no list: a gap is a value that this field cannot have */
    size_t word_count;
};

/* All fields in the order of struct ac_profile, elements of one group beside each other; *count is
 * how many. */
const struct ac_profile_field *ac_profile_fields(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
