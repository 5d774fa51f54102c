// SPDX-License-Identifier: MIT
// The heap of a process as it once was: boundary tags in one stretch that grows with the break, or
// in several where somebody else moved it, and mappings where there is no more of it.
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
