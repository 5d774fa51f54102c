// SPDX-License-Identifier: MIT
// Size classes with misuse detection: every pointer is checked, a canary fills the slack after each
// block, and misuse calls the fatal handler with one of three texts.
#ifndef PLANTED_GUARDED_H
#define PLANTED_GUARDED_H

#include "slab.h"

extern const struct ac_profile guarded_profile;

void *guarded_open(const struct ac_open_options *options, enum pb_bug bug);
void guarded_free_sized(void *heap, void *block, size_t size);
void guarded_free_aligned_sized(void *heap, void *block, size_t alignment, size_t size);

#define GUARDED_ALLOCATOR(allocator_name, opener)                                                  \
    {                                                                                              \
        PB_FRONT(allocator_name, opener),                                                          \
            .profile = &guarded_profile, .sources = AC_SOURCE_MMAP | AC_SOURCE_BOTH,               \
            .close = slab_close, .check = slab_check, .trim = slab_trim,                           \
            .statistics = slab_statistics, .free_sized = guarded_free_sized,                       \
            .free_aligned_sized = guarded_free_aligned_sized                                       \
    }

#endif
