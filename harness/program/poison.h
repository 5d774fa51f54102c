// SPDX-License-Identifier: MIT
// AddressSanitizer, if the build has it: live blocks are poisoned during calls of the allocator.
#ifndef ALLOCHECK_POISON_H
#define ALLOCHECK_POISON_H

#include "allocheck/allocator.h"

#include <stddef.h>
#include <stdint.h>

/* The allocator may be instrumented although the harness, for speed, is not. */
#if AC_INSTRUMENTED || defined(ALLOCHECK_WATCHES_ADDRESSES)
#define AC_HAVE_ASAN 1
#endif

#ifdef AC_HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define AC_NO_ASAN __attribute__((no_sanitize("address"), noinline))
/* A helper of such a function: must not be instrumented either, to be inlined. */
#define AC_NO_ASAN_STEP __attribute__((no_sanitize("address"), always_inline)) static inline

enum { AC_GRANULE = 8 }; /* bytes of memory for one byte of shadow */

/* Poisons whole granules only: the rest of a partial one at the end belongs to the allocator. */
static inline void ac_close_memory(void *start, size_t size) {
    uintptr_t first = ((uintptr_t)start + AC_GRANULE - 1) & ~(uintptr_t)(AC_GRANULE - 1);
    uintptr_t end = ((uintptr_t)start + size) & ~(uintptr_t)(AC_GRANULE - 1);
    if (first < end)
        __asan_poison_memory_region((void *)first, end - first);
}

static inline void ac_open_memory(void *start, size_t size) {
    __asan_unpoison_memory_region(start, size);
}

#else
#define AC_NO_ASAN
#define AC_NO_ASAN_STEP static inline

static inline void ac_close_memory(void *start, size_t size) {
    (void)start, (void)size;
}

static inline void ac_open_memory(void *start, size_t size) {
    (void)start, (void)size;
}
#endif
#endif
