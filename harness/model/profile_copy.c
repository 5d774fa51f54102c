// SPDX-License-Identifier: MIT
#include "allocheck/target.h"

#include <stdio.h>

static const char *keep(char *text, size_t capacity, const char *from) {
    if (from == NULL)
        return NULL;
    snprintf(text, capacity, "%s", from);
    return text;
}

void ac_profile_copy(struct ac_profile_copy *to, const struct ac_profile *from) {
    struct ac_profile profile = *from;
    profile.name = keep(to->name, sizeof to->name, from->name);
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        profile.misuse[i] = keep(to->misuse[i], sizeof to->misuse[i], from->misuse[i]);
    to->profile = profile;
}

void ac_profile_copy_fix_pointers(struct ac_profile_copy *copy) {
    struct ac_profile *profile = &copy->profile;
    profile->name = profile->name != NULL ? copy->name : NULL;
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        profile->misuse[i] = profile->misuse[i] != NULL ? copy->misuse[i] : NULL;
}
