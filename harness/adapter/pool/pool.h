// SPDX-License-Identifier: MIT
// A pool: a heap inside one fixed buffer, for systems that have nothing else. First fit, neighbours
// joined at once. It calls memset and memcpy, no operating system, and takes no lock: whoever
// shares a pool between threads holds a lock of their own around every call.
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pool;

/* A pool in `size` bytes that the caller keeps as long as the pool is used; they need no alignment.
 * There is nothing to close. NULL: too small to allocate a byte. */
struct pool *pool_open(void *buffer, size_t size);

/* As the functions of the C library (C17 7.22.3), with these choices: a request for 0 bytes, also
 * of pool_realloc, gives a block of its own; every block is aligned for any type; errno is left
 * alone. NULL: no free chunk is large enough. A freed or foreign pointer is not noticed. */
void *pool_malloc(struct pool *pool, size_t size);
void *pool_calloc(struct pool *pool, size_t count, size_t size);
void *pool_realloc(struct pool *pool, void *block, size_t size);
void pool_free(struct pool *pool, void *block);

/* NULL also where the alignment is no power of two. pool_realloc does not keep an alignment. */
void *pool_aligned_alloc(struct pool *pool, size_t alignment, size_t size);

/* Bytes that may be used in a block, at least what was asked for; 0 for NULL. */
size_t pool_usable_size(const void *block);

size_t pool_live_blocks(const struct pool *pool);

/* Walks over the whole pool: NULL when it is sound, else what is wrong. */
const char *pool_check(const struct pool *pool);

#ifdef __cplusplus
}
#endif
#endif
