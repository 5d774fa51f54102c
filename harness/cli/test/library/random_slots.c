// SPDX-License-Identifier: MIT
// Each size class has a fixed zone of 64 MiB and hands out its free slots at random, as hardened
// allocators do: a repeated program touches ever new pages, until it has touched all. LEAK: bytes
// that each malloc loses besides.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifndef LEAK
#define LEAK 0
#endif

enum { ZONE = 64 << 20, LEAST = 16, CLASSES = 9, HEADER = 16, LOST = 256 << 20 };

static char *zones;
static uint8_t used[CLASSES][ZONE / LEAST / 8];
static char *lost;

static void *map(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static size_t next_random(void) {
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 16);
}

static void lose(void) {
    static size_t bytes;
    if (lost == NULL)
        lost = map(LOST);
    if (lost != NULL && bytes + LEAK <= LOST) {
        memset(lost + bytes, 1, LEAK);
        bytes += LEAK;
    }
}

static void *random_slot(unsigned class) {
    const size_t slot_size = (size_t)LEAST << class, slots = ZONE / slot_size;
    for (unsigned tries = 0; tries < 1000; tries++) {
        const size_t slot = next_random() % slots;
        uint8_t *byte = &used[class][slot / 8];
        const uint8_t bit = (uint8_t)(1u << slot % 8);
        if ((*byte & bit) == 0) {
            *byte |= bit;
            return zones + (size_t) class * ZONE + slot * slot_size;
        }
    }
    return NULL;
}

static void *own_mapping(size_t size) {
    char *block = size <= PTRDIFF_MAX - HEADER ? map(size + HEADER) : NULL;
    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof size);
    return block + HEADER;
}

void *malloc(size_t size) {
    unsigned class = 0;
    if (zones == NULL)
        zones = map((size_t)ZONE * CLASSES);
    if (LEAK > 0)
        lose();
    while (class < CLASSES && (size_t)LEAST << class < size)
        class ++;
    void *block = class < CLASSES && zones != NULL ? random_slot(class) : own_mapping(size);
    if (block == NULL)
        errno = ENOMEM;
    return block;
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = malloc(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void free(void *block) {
    const uintptr_t offset = (uintptr_t)block - (uintptr_t)zones;
    const int before = errno;
    if (block == NULL)
        return;
    if (offset >= (uintptr_t)ZONE * CLASSES) {
        size_t size;
        memcpy(&size, (char *)block - HEADER, sizeof size);
        munmap((char *)block - HEADER, size + HEADER);
        errno = before;
        return;
    }
    const size_t class = offset / ZONE, slot = offset % ZONE / ((size_t)LEAST << class);
    used[class][slot / 8] &= (uint8_t) ~(1u << slot % 8);
}
