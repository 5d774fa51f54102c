// SPDX-License-Identifier: MIT
// Crashes in the destructor of its thread-specific data, on any thread but the first.
#include "arena.h"

#include <pthread.h>

static pthread_key_t key;
static pthread_t first;

static void empty_cache(void *cache) {
    if (!pthread_equal(pthread_self(), first))
        *(volatile char *)cache = 1;
}

static void __attribute__((constructor)) start(void) {
    first = pthread_self();
    pthread_key_create(&key, empty_cache);
}

void *malloc(size_t size) {
    pthread_setspecific(key, (void *)16);
    return arena_allocate(size);
}

void free(void *block) {
    arena_free(block);
}
