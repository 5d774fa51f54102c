// SPDX-License-Identifier: MIT
// The functions that a malloc replacement must define (glibc manual, "Replacing malloc"),
// reallocarray, and the two of C23. Only in the shared library.
#include "slate.h"

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *reallocarray(void *block, size_t count, size_t size);
void free(void *block);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);
void *valloc(size_t size);
void *pvalloc(size_t size);
size_t malloc_usable_size(void *block);

void *malloc(size_t size) {
    return slate_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return slate_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    return slate_realloc(block, size);
}

void *reallocarray(void *block, size_t count, size_t size) {
    return slate_reallocarray(block, count, size);
}

void free(void *block) {
    slate_free(block);
}

void free_sized(void *block, size_t size) {
    slate_free_sized(block, size);
}

void free_aligned_sized(void *block, size_t alignment, size_t size) {
    slate_free_aligned_sized(block, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return slate_aligned_alloc(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    return slate_posix_memalign(out, alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    return slate_memalign(alignment, size);
}

void *valloc(size_t size) {
    return slate_valloc(size);
}

void *pvalloc(size_t size) {
    return slate_pvalloc(size);
}

size_t malloc_usable_size(void *block) {
    return slate_malloc_usable_size(block);
}
