// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mremap, MAP_ANONYMOUS */
#include "memory.h"

#include <stdint.h>
#include <sys/mman.h>

enum { FIRST_ELEMENTS = 64 };

void *ac_memory_new(size_t size) {
    if (size == 0 || size > PTRDIFF_MAX)
        return NULL;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void ac_memory_delete(void *memory, size_t size) {
    if (memory != NULL)
        munmap(memory, size);
}

static void *resize(void *memory, size_t old_size, size_t new_size) {
    if (memory == NULL)
        return ac_memory_new(new_size);
    void *moved = mremap(memory, old_size, new_size, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
}

bool ac_memory_reserve(void **array, size_t *capacity, size_t wanted, size_t element_size) {
    if (wanted <= *capacity)
        return true;
    size_t grown = *capacity + *capacity / 2 + FIRST_ELEMENTS;
    if (grown < wanted)
        grown = wanted;
    if (grown > PTRDIFF_MAX / element_size)
        return false;
    void *memory = resize(*array, *capacity * element_size, grown * element_size);
    if (memory == NULL)
        return false;
    *array = memory;
    *capacity = grown;
    return true;
}
