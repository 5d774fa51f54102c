// SPDX-License-Identifier: MIT
// Size classes with a cache for each thread, for several threads at once: a thread allocates from
// its own lists, fills them from shared lists under a lock, and gets its blocks back when other
// threads free them. Large blocks have their own mappings. In the child of a fork no lock is held.
#ifndef PLANTED_CACHES_H
#define PLANTED_CACHES_H

#include "front.h"

extern const struct ac_profile caches_profile;

void *caches_open(const struct ac_open_options *options, enum pb_bug bug);
void caches_close(void *heap);
void caches_thread_exit(void *heap);
void caches_free_sized(void *heap, void *block, size_t size);
void caches_free_aligned_sized(void *heap, void *block, size_t alignment, size_t size);

#define CACHES_ALLOCATOR(allocator_name, opener)                                                   \
    {                                                                                              \
        PB_FRONT(allocator_name, opener),                                                          \
            .profile = &caches_profile, .sources = AC_SOURCE_MMAP | AC_SOURCE_BOTH,                \
            .close = caches_close, .statistics = pb_statistics, .thread_exit = caches_thread_exit, \
            .free_sized = caches_free_sized, .free_aligned_sized = caches_free_aligned_sized       \
    }

#endif
