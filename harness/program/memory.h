// SPDX-License-Identifier: MIT
// The harness's own memory: straight from the operating system, never from an allocator under test.
#ifndef ALLOCHECK_MEMORY_H
#define ALLOCHECK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory of `size` bytes, rounded up to pages; NULL: out of memory, or size 0. */
void *ac_memory_new(size_t size);

/* Gives back what ac_memory_new gave for the same size; NULL does nothing. */
void ac_memory_delete(void *memory, size_t size);

/* Makes room for `wanted` elements in *array, growing by half or more; content is kept, what is new
 * reads as zero. False: out of memory, nothing changed. */
bool ac_memory_reserve(void **array, size_t *capacity, size_t wanted, size_t element_size);

#endif
