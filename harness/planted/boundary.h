// SPDX-License-Identifier: MIT
// Boundary tags, free lists by power of two, and segments that are mapped on demand and unmapped
// when empty.
#ifndef PLANTED_BOUNDARY_H
#define PLANTED_BOUNDARY_H

#include "front.h"

extern const struct ac_profile boundary_profile;

void *boundary_open(const struct ac_open_options *options, enum pb_bug bug);
void boundary_close(void *heap);
const char *boundary_check(void *heap);
void boundary_trim(void *heap);
void boundary_fork_prepare(void *heap);
void boundary_fork_parent(void *heap);
void boundary_fork_child(void *heap);

#define BOUNDARY_ALLOCATOR(allocator_name, opener)                                                 \
    {                                                                                              \
        PB_FRONT(allocator_name, opener),                                                          \
            .profile = &boundary_profile, .sources = AC_SOURCE_MMAP | AC_SOURCE_BOTH,              \
            .close = boundary_close, .check = boundary_check, .trim = boundary_trim,               \
            .statistics = pb_statistics, .fork_prepare = boundary_fork_prepare,                    \
            .fork_parent = boundary_fork_parent, .fork_child = boundary_fork_child                 \
    }

#endif
