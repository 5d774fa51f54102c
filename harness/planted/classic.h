// SPDX-License-Identifier: MIT
// The classic process heap: boundary tags in one stretch that grows with the break, or in several
// if foreign code moved it, and mappings if the break is refused.
#ifndef PLANTED_CLASSIC_H
#define PLANTED_CLASSIC_H

#include "front.h"

extern const struct ac_profile classic_profile;

void *classic_open(const struct ac_open_options *options, enum pb_bug bug);
void classic_close(void *heap);
const char *classic_check(void *heap);
void classic_trim(void *heap);

#define CLASSIC_ALLOCATOR(allocator_name, opener)                                                  \
    {                                                                                              \
        PB_FRONT(allocator_name, opener),                                                          \
            .profile = &classic_profile, .sources = AC_SOURCE_BRK | AC_SOURCE_BOTH,                \
            .close = classic_close, .check = classic_check, .trim = classic_trim,                  \
            .statistics = pb_statistics                                                            \
    }

#endif
