// SPDX-License-Identifier: MIT
// A pool: a heap inside one fixed buffer, for small systems. First fit; free neighbours are
// coalesced at once. It calls only memset and memcpy. Not thread-safe: callers that share a pool
// between threads must lock every call.
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pool;

/* Makes a pool in `size` bytes, which must outlive it and need no alignment. There is nothing to
 * close. NULL: too small to allocate a byte. */
struct pool *pool_open(void *buffer, size_t size);

/* As in the C library (C17 7.22.3), with these choices: a request for 0 bytes, also by
 * pool_realloc, returns a unique block; every block is aligned for any type; errno is not set.
 * NULL: no free chunk is large enough. Freed and foreign pointers are not detected. */
void *pool_malloc(struct pool *pool, size_t size);
void *pool_calloc(struct pool *pool, size_t count, size_t size);
void *pool_realloc(struct pool *pool, void *block, size_t size);
void pool_free(struct pool *pool, void *block);

/* NULL also if the alignment is not a power of two. pool_realloc does not keep an alignment. */
void *pool_aligned_alloc(struct pool *pool, size_t alignment, size_t size);

/* The usable bytes of a block, at least the requested size; 0 for NULL. */
size_t pool_usable_size(const void *block);

size_t pool_live_blocks(const struct pool *pool);

/* Checks the whole pool. NULL: it is consistent; else what is wrong. */
const char *pool_check(const struct pool *pool);

#ifdef __cplusplus
}
#endif
#endif
