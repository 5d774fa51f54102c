// SPDX-License-Identifier: MIT
// Memory for the harness itself: from the operating system, never from the allocator under test.
#ifndef ALLOCHECK_MEMORY_H
#define ALLOCHECK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Returns `size` bytes of zeroed memory, or NULL if out of memory or size is 0. */
void *ac_memory_new(size_t size);

/* Frees memory from ac_memory_new with its size. NULL: does nothing. */
void ac_memory_delete(void *memory, size_t size);

/* Grows *array to at least `wanted` elements, geometrically. New elements are zero. False: out of
 * memory, nothing changed. */
bool ac_memory_reserve(void **array, size_t *capacity, size_t wanted, size_t element_size);

#endif
