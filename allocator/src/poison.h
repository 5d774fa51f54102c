// SPDX-License-Identifier: MIT
// Marks memory for AddressSanitizer as accessible or not. Does nothing in other builds.
#ifndef SLATE_POISON_H
#define SLATE_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SLATE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLATE_ASAN 1
#endif
#endif

#ifdef SLATE_ASAN

void __asan_poison_memory_region(void const volatile *start, size_t size);
void __asan_unpoison_memory_region(void const volatile *start, size_t size);

#define UNCHECKED __attribute__((no_sanitize("address")))

static inline void poison(const void *start, size_t size) {
    __asan_poison_memory_region(start, size);
}

static inline void unpoison(const void *start, size_t size) {
    __asan_unpoison_memory_region(start, size);
}

#else

#define UNCHECKED

static inline void poison(const void *start, size_t size) {
    (void)start;
    (void)size;
}

static inline void unpoison(const void *start, size_t size) {
    (void)start;
    (void)size;
}

#endif

/* Makes a live block accessible, and its slack inaccessible. */
static inline void poison_live(const char *start, size_t size, size_t capacity) {
    poison(start, capacity);
    unpoison(start, size);
}

#endif
