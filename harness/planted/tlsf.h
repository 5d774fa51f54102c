// SPDX-License-Identifier: MIT
// Two-level segregated fit in one fixed buffer (Masmano, Ripoll, Crespo and Real, 2004): free lists
// by power of two and eighths of it, and bitmaps of the lists that are not empty.
#ifndef PLANTED_TLSF_H
#define PLANTED_TLSF_H

#include "front.h"

extern const struct ac_profile tlsf_profile;

void *tlsf_open(const struct ac_open_options *options, enum pb_bug bug);
void tlsf_close(void *heap);
const char *tlsf_check(void *heap);

#define TLSF_ALLOCATOR(allocator_name, opener)                                                     \
    {                                                                                              \
        PB_FRONT(allocator_name, opener), .profile = &tlsf_profile, .sources = AC_SOURCE_BUFFER,   \
                                          .close = tlsf_close, .check = tlsf_check,                \
                                          .statistics = pb_statistics                              \
    }

#endif
